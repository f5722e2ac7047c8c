using System.Text;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>A program of the node's that is run and waited for, within a bound.</summary>
public static class ChildProcess
{
    private const int MaximumText = 64 << 10;

    private static readonly List<SpawnedProcess> Running = [];

    /// <summary>How long a program usually may take; 5 s unless the administrator gives more.</summary>
    public static TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed on standard output.</returns>
    /// <exception cref="HostException">It is not there, failed, did not end in time, or printed more than 64 KiB.</exception>
    public static string Run(string file, params string[] arguments) =>
        WholeText(file, RunForBytes(file, MaximumText + 1, arguments));

    /// <summary>Runs a program that reads all its input before it prints.</summary>
    /// <param name="file">The program.</param>
    /// <param name="input">Its standard input.</param>
    /// <returns>What it printed on standard output.</returns>
    /// <exception cref="HostException">It is not there, failed, did not end in time, or printed more than 64 KiB.</exception>
    public static string RunWithInput(string file, byte[] input) =>
        WholeText(file, RunForBytes(file, MaximumText + 1, maximumMemory: null, [], input: input));

    /// <summary>Runs a program that may take longer than is usual.</summary>
    /// <param name="file">The program.</param>
    /// <param name="timeout">How long, in milliseconds.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="HostException">It is not there, failed, or did not end in time.</exception>
    public static void Run(string file, int timeout, string[] arguments) =>
        RunForBytes(file, MaximumText, maximumMemory: null, arguments, timeout);

    /// <summary>Runs a program that is told something, and may take longer than is usual. What it prints is read and dropped.</summary>
    /// <param name="file">The program.</param>
    /// <param name="timeout">How long, in milliseconds.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">Its standard input; it need not read it.</param>
    /// <param name="variables">What is set in its environment, <c>NAME=VALUE</c> each, without a NUL.</param>
    /// <exception cref="HostException">It is not there, failed, or did not end in time.</exception>
    public static void Tell(string file, int timeout, string[] arguments, byte[] input, params string[] variables)
    {
        using ChildEnvironment environment = new(variables);
        RunForBytes(file, 0, maximumMemory: null, arguments, timeout, input, environment: environment);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="file">The program.</param>
    /// <param name="limit">How many bytes of its output are kept; the rest is read and dropped.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed on standard output.</returns>
    /// <exception cref="HostException">It is not there, failed, or did not end in time.</exception>
    public static byte[] RunForBytes(string file, int limit, params string[] arguments) =>
        RunForBytes(file, limit, maximumMemory: null, arguments);

    /// <summary>Runs a program to its end, its address space bounded.</summary>
    /// <param name="file">The program.</param>
    /// <param name="maximumMemory">The bound in bytes.</param>
    /// <param name="shared">A file that it is given as descriptor 3.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="HostException">It is not there, failed, or did not end in time.</exception>
    public static void RunBounded(string file, long maximumMemory, Descriptor? shared, params string[] arguments) =>
        RunForBytes(file, MaximumText, maximumMemory, arguments, shared: shared);

    /// <summary>Runs a program to its end, and takes what it says whatever it exits with.</summary>
    /// <param name="file">The program.</param>
    /// <param name="timeout">How long, in milliseconds.</param>
    /// <param name="limit">How many bytes of its output are kept; the rest is read and dropped.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="HostException">It is not there, or did not end in time.</exception>
    public static ChildAnswer Ask(string file, int timeout, int limit, params string[] arguments) =>
        RunToEnd(file, limit, maximumMemory: null, arguments, timeout);

    /// <summary>Kills the children that run, with all that they started.</summary>
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

    /// <summary>Half a text is none: whoever reads it would take what is there for all.</summary>
    private static string WholeText(string file, byte[] output) =>
        output.Length <= MaximumText
            ? Encoding.UTF8.GetString(output)
            : throw new HostException($"{file} printed more than {MaximumText >> 10} KiB, the limit");

    /// <summary>The first lines in one: many a program has its failure's cause in the second.</summary>
    private static string OneLine(string text)
    {
        const int Lines = 4;
        const int Length = 400;
        string[] lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string line = string.Join("; ", lines.AsSpan(0, Math.Min(lines.Length, Lines)));
        return line.Length <= Length ? line : line[..Length] + "…";
    }
}

/// <summary>What a child that has ended said, whatever it exited with.</summary>
/// <param name="ExitCode">What it exited with; 128 and the signal's number where a signal ended it.</param>
/// <param name="Output">The beginning of its standard output.</param>
/// <param name="Error">The first lines of its standard error, in one; it may hold anything.</param>
public sealed record ChildAnswer(int ExitCode, byte[] Output, string Error);
