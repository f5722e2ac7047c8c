using System.Diagnostics;
using System.Globalization;
using System.Text;
using LamBoot.Testing;

namespace LamBoot.Faults.Tracing;

/// <summary>A system call made by a run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Subject">The file that it is about, or nothing.</param>
public sealed record SystemCall(string Name, string Subject);

/// <summary>How a run ended.</summary>
/// <param name="End"><c>exit N</c>, <c>signal N</c> or <c>timeout</c>.</param>
/// <param name="Hit">The call that the fault hit; empty if none.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Calls">All its calls, if requested.</param>
public sealed record Ran(string End, string Hit, string Output, string Error, IReadOnlyList<SystemCall> Calls)
{
    /// <summary>Whether it ended with an exit code.</summary>
    public bool Exited(int code) => End == $"exit {code}";
}

/// <summary>The C program that runs others under ptrace(2); see supervisor.c.</summary>
public sealed class Supervisor : IDisposable
{
    private const string Timeout = "30";

    private static readonly Lazy<string> Program = new(Build);

    private readonly string _root;
    private readonly Process _process;

    /// <summary>Starts one for the programs of a host tree.</summary>
    public Supervisor(string root)
    {
        ProcessStartInfo start = new(Program.Value) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment.Clear();
        start.Environment["LAMBOOT_ROOT"] = root;
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["LC_ALL"] = "C";
        start.Environment["PVE_MIGRATED_FROM"] = "";
        _root = root;
        _process = Process.Start(start)!;
    }

    /// <summary>Takes a VM's lock, in a process that is the parent of everything run until <see cref="Unlock"/>.</summary>
    public void Lock(string file)
    {
        Send("lock", file);
        Receive();
    }

    /// <summary>Ends the process that holds the lock, as killing it would.</summary>
    public void Unlock()
    {
        Send("end");
        Receive();
    }

    /// <summary>Runs a program.</summary>
    /// <param name="fault">What is done to it.</param>
    /// <param name="program">The program whose calls count from its first one; null to count from the first call on a path in the
    /// tree.</param>
    /// <param name="command">The command line.</param>
    public Ran Run(Fault fault, string? program, IEnumerable<string> command)
    {
        Send([
            "run",
            program is null ? "main" : "exec",
            program ?? _root,
            fault.Action,
            Number(fault.Index),
            Number(fault.Value),
            fault.Limit,
            Timeout,
            .. command,
        ]);
        string[] answer = Receive().Split('\0');
        SystemCall[] calls =
        [
            .. answer[4..^1].Select(call => call.Split(' ', 2)).Select(parts => new SystemCall(parts[0], parts[1])),
        ];
        return new(answer[0], answer[1].TrimEnd(), answer[2], answer[3], calls);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private void Send(params string[] words)
    {
        byte[] frame = Encoding.UTF8.GetBytes(string.Concat(words.Select(word => word + "\0")));
        Stream input = _process.StandardInput.BaseStream;
        input.Write(BitConverter.GetBytes(frame.Length));
        input.Write(frame);
        input.Flush();
    }

    private string Receive()
    {
        Stream output = _process.StandardOutput.BaseStream;
        byte[] length = new byte[4];
        output.ReadExactly(length);
        byte[] frame = new byte[BitConverter.ToInt32(length)];
        output.ReadExactly(frame);
        return Encoding.UTF8.GetString(frame);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Build()
    {
        string program = Directory.CreateTempSubdirectory("lamboot-faults-").FullName + "/supervisor";
        string[] sources = Directory.GetFiles(Repository.File("tests", "LamBoot.Faults", "Tracing"), "*.c");
        ProgramResult built = ProgramResult.Run(
            "gcc",
            ["-O2", "-Wall", "-Wextra", "-Werror", "-o", program, .. sources]
        );
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(program)!, true);
        return built.ExitCode == 0 ? program : throw new InvalidOperationException(built.Error);
    }
}
