using System.Diagnostics;
using System.Text;

namespace LamBoot.Pve;

/// <summary>A program of the node's that is run and waited for, within a bound.</summary>
internal static class ChildProcess
{
    private const int TimeoutMilliseconds = 5_000;
    private const int MaximumText = 64 << 10;

    private static readonly List<Process> Running = [];

    /// <summary>Runs a program to its end.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed on standard output, the first 64 KiB.</returns>
    /// <exception cref="HostException">It is not there, failed, or did not end in time.</exception>
    public static string Run(string file, params string[] arguments) =>
        Encoding.UTF8.GetString(RunForBytes(file, MaximumText, arguments));

    /// <summary>Runs a program that reads all its input before it prints.</summary>
    /// <param name="file">The program.</param>
    /// <param name="input">Its standard input.</param>
    /// <returns>What it printed on standard output, the first 64 KiB.</returns>
    /// <exception cref="HostException">It is not there, failed, or did not end in time.</exception>
    public static string RunWithInput(string file, byte[] input) =>
        Encoding.UTF8.GetString(RunForBytes(file, MaximumText, maximumMemory: null, [], input: input));

    /// <summary>Runs a program that may take longer than is usual.</summary>
    /// <param name="file">The program.</param>
    /// <param name="timeout">How long, in milliseconds.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="HostException">It is not there, failed, or did not end in time.</exception>
    public static void Run(string file, int timeout, string[] arguments) =>
        RunForBytes(file, MaximumText, maximumMemory: null, arguments, timeout);

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
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed on standard output, the first 64 KiB.</returns>
    /// <exception cref="HostException">It is not there, failed, or did not end in time.</exception>
    public static string RunBounded(string file, long maximumMemory, params string[] arguments) =>
        Encoding.UTF8.GetString(RunForBytes(file, MaximumText, maximumMemory, arguments));

    private static byte[] RunForBytes(
        string file,
        int limit,
        long? maximumMemory,
        string[] arguments,
        int timeout = TimeoutMilliseconds,
        byte[]? input = null
    )
    {
        ProcessStartInfo start = new(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using Process process = Start(start);
        lock (Running)
        {
            Running.Add(process);
        }

        if (maximumMemory is { } bytes)
        {
            Libc.LimitAddressSpace(process.Id, bytes);
        }

        try
        {
            Feed(process, input);
            return WaitFor(process, limit, timeout);
        }
        finally
        {
            lock (Running)
            {
                Running.Remove(process);
            }
        }
    }

    /// <summary>Kills the children that run, with all that they started.</summary>
    public static void KillAll()
    {
        lock (Running)
        {
            Running.ForEach(Kill);
        }
    }

    private static void Feed(Process process, byte[]? input)
    {
        try
        {
            process.StandardInput.BaseStream.Write(input);
        }
        catch (IOException)
        {
            // it ended without reading all: its exit code says why
        }
    }

    private static byte[] WaitFor(Process process, int limit, int timeout)
    {
        string file = process.StartInfo.FileName;
        process.StandardInput.Close();
        Task<byte[]> error = ReadBounded(process.StandardError.BaseStream, MaximumText);
        Task<byte[]> output = ReadBounded(process.StandardOutput.BaseStream, limit);
        bool ended = process.WaitForExit(timeout) && Task.WaitAll([error, output], timeout);
        if (!ended)
        {
            Kill(process);
            throw new HostTimeoutException($"{file} did not end within {timeout / 1000} s");
        }

        if (process.ExitCode != 0)
        {
            string reason = FirstLine(Encoding.UTF8.GetString(error.Result));
            throw new HostException($"{file} exited with {process.ExitCode}: {reason}");
        }

        return output.Result;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // it ended meanwhile
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        // Proxmox VE passes its own descriptors on to us; they are not for a child of ours.
        const int CloseOnExec = 4;
        _ = Libc.CloseRange(3, uint.MaxValue, CloseOnExec);
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new HostException($"cannot run {start.FileName}: {e.Message}");
        }
    }

    /// <summary>Reads all, so that the child does not block, and keeps the beginning.</summary>
    private static async Task<byte[]> ReadBounded(Stream stream, int limit)
    {
        using MemoryStream kept = new();
        byte[] buffer = new byte[64 << 10];
        int read;
        while ((read = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
        {
            kept.Write(buffer, 0, (int)Math.Min(read, limit - kept.Length));
        }

        return kept.ToArray();
    }

    private static string FirstLine(string text)
    {
        string trimmed = text.Trim();
        int end = trimmed.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? trimmed : trimmed[..end];
    }
}
