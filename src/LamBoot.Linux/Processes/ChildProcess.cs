using System.Text;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>Runs programs on the node and waits for them, with a time limit.</summary>
public static class ChildProcess
{
    private const int MaximumText = 64 << 10;

    private static readonly List<SpawnedProcess> Running = [];

    /// <summary>The usual time limit for a program; 5 s unless the administrator allows more.</summary>
    public static TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Runs a program to completion.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Its standard output.</returns>
    /// <exception cref="HostException">It is missing, failed, did not end in time, or printed more than 64 KiB.</exception>
    public static string Run(string file, params string[] arguments) =>
        WholeText(file, RunForBytes(file, MaximumText + 1, arguments));

    /// <summary>Runs a program that reads all its input before it prints anything.</summary>
    /// <param name="file">The program.</param>
    /// <param name="input">Its standard input.</param>
    /// <returns>Its standard output.</returns>
    /// <exception cref="HostException">It is missing, failed, did not end in time, or printed more than 64 KiB.</exception>
    public static string RunWithInput(string file, byte[] input) =>
        WholeText(file, RunForBytes(file, MaximumText + 1, maximumMemory: null, [], input: input));

    /// <summary>Runs a program that may take longer than usual.</summary>
    /// <param name="file">The program.</param>
    /// <param name="timeout">The time limit, in milliseconds.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="HostException">It is missing, failed, or did not end in time.</exception>
    public static void Run(string file, int timeout, string[] arguments) =>
        RunForBytes(file, MaximumText, maximumMemory: null, arguments, timeout);

    /// <summary>Runs a program that is given input and may take longer than usual. Its output is discarded.</summary>
    /// <param name="file">The program.</param>
    /// <param name="timeout">The time limit, in milliseconds.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">Its standard input, which it need not read.</param>
    /// <param name="variables">Variables to set in its environment, <c>NAME=VALUE</c> each, without a NUL.</param>
    /// <exception cref="HostException">It is missing, failed, or did not end in time.</exception>
    public static void Tell(string file, int timeout, string[] arguments, byte[] input, params string[] variables)
    {
        using ChildEnvironment environment = new(variables);
        RunForBytes(file, 0, maximumMemory: null, arguments, timeout, input, environment: environment);
    }

    /// <summary>Runs a program to completion.</summary>
    /// <param name="file">The program.</param>
    /// <param name="limit">The number of bytes of its output to keep; the rest is discarded.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Its standard output.</returns>
    /// <exception cref="HostException">It is missing, failed, or did not end in time.</exception>
    public static byte[] RunForBytes(string file, int limit, params string[] arguments) =>
        RunForBytes(file, limit, maximumMemory: null, arguments);

    /// <summary>Runs a program to completion with a limited address space.</summary>
    /// <param name="file">The program.</param>
    /// <param name="maximumMemory">The limit in bytes.</param>
    /// <param name="shared">A file passed to it as descriptor 3.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="HostException">It is missing, failed, or did not end in time.</exception>
    public static void RunBounded(string file, long maximumMemory, Descriptor? shared, params string[] arguments) =>
        RunForBytes(file, MaximumText, maximumMemory, arguments, shared: shared);

    /// <summary>Runs a program to completion and returns its output, whatever its exit code.</summary>
    /// <param name="file">The program.</param>
    /// <param name="timeout">The time limit, in milliseconds.</param>
    /// <param name="limit">The number of bytes of its output to keep; the rest is discarded.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="HostException">It is missing, or did not end in time.</exception>
    public static ChildAnswer Ask(string file, int timeout, int limit, params string[] arguments) =>
        RunToEnd(file, limit, maximumMemory: null, arguments, timeout);

    /// <summary>Kills the running children and everything that they started.</summary>
    public static void KillAll()
    {
        lock (Running)
        {
            Running.ForEach(child => child.Kill());
        }
    }

    private static byte[] RunForBytes(
        string file,
        int limit,
        long? maximumMemory,
        string[] arguments,
        int? timeout = null,
        byte[]? input = null,
        Descriptor? shared = null,
        ChildEnvironment? environment = null
    ) => OutputOf(RunToEnd(file, limit, maximumMemory, arguments, timeout, input, shared, environment), file);

    private static ChildAnswer RunToEnd(
        string file,
        int limit,
        long? maximumMemory,
        string[] arguments,
        int? timeout = null,
        byte[]? input = null,
        Descriptor? shared = null,
        ChildEnvironment? environment = null
    )
    {
        int patience = timeout ?? (int)Patience.TotalMilliseconds;
        using SpawnedProcess child = SpawnedProcess.Start(file, arguments, shared, environment);
        lock (Running)
        {
            Running.Add(child);
        }

        try
        {
            if (maximumMemory is { } bytes)
            {
                ProcessCalls.LimitAddressSpace(child.Id, bytes);
            }

            return child.Communicate(input, limit, patience)
                ? AnswerOf(child)
                : throw new HostException(HostErrorKind.Timeout, $"{file} did not finish within {patience / 1000} s");
        }
        finally
        {
            lock (Running)
            {
                Running.Remove(child);
            }
        }
    }

    private static ChildAnswer AnswerOf(SpawnedProcess child) =>
        new(child.ExitCode, child.Output.ToArray(), OneLine(Encoding.UTF8.GetString(child.Error.ToArray())));

    private static byte[] OutputOf(ChildAnswer answer, string file) =>
        answer.ExitCode == 0
            ? answer.Output
            : throw new HostException($"{file} exited with {answer.ExitCode}: {answer.Error}");

    /// <summary>Rejects incomplete text, which a caller would take for all of it.</summary>
    private static string WholeText(string file, byte[] output) =>
        output.Length <= MaximumText
            ? Encoding.UTF8.GetString(output)
            : throw new HostException($"{file} printed more than {MaximumText >> 10} KiB, the limit");

    /// <summary>The first lines joined into one: many programs give the cause of a failure in the second.</summary>
    private static string OneLine(string text)
    {
        const int Lines = 4;
        const int Length = 400;
        string[] lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string line = string.Join("; ", lines.AsSpan(0, Math.Min(lines.Length, Lines)));
        return line.Length <= Length ? line : line[..Length] + "…";
    }
}

/// <summary>The output of a child that has ended, whatever its exit code.</summary>
/// <param name="ExitCode">Its exit code; 128 plus the signal number if a signal ended it.</param>
/// <param name="Output">The beginning of its standard output.</param>
/// <param name="Error">The first lines of its standard error, joined into one; arbitrary text.</param>
public sealed record ChildAnswer(int ExitCode, byte[] Output, string Error);
