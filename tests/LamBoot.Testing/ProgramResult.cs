using System.Diagnostics;

namespace LamBoot.Testing;

/// <summary>The result of running a program.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Runs a program to completion, with standard input at end of file as under Proxmox VE.</summary>
    public static ProgramResult Run(
        string program,
        string[] arguments,
        params (string Name, string Value)[] environment
    ) => Run(program, arguments, UsualTimeout, environment);

    /// <summary>Runs a program that may take longer than usual.</summary>
    public static ProgramResult Run(
        string program,
        string[] arguments,
        TimeSpan timeout,
        params (string Name, string Value)[] environment
    )
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("LAMBOOT_ROOT");
        start.Environment.Remove("PVE_MIGRATED_FROM");
        start.Environment.Remove(Repository.ProgramsVariable); // it is for the tests only
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(timeout))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)}");
        }

        return new(process.ExitCode, output, error.Result);
    }

    /// <summary>Runs a shell script.</summary>
    public static ProgramResult Shell(string script, params string[] arguments) =>
        Run("/bin/sh", ["-c", script, "sh", .. arguments]);
}
