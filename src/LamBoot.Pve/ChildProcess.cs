using System.Diagnostics;

namespace LamBoot.Pve;

/// <summary>A program of the node's that is run and waited for, within a bound.</summary>
internal static class ChildProcess
{
    private const int TimeoutMilliseconds = 5_000;
    private const int MaximumOutput = 64 << 10;

    private static Process? _running;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed on standard output.</returns>
    /// <exception cref="HostException">It is not there, failed, printed too much, or did not end in time.</exception>
    public static string Run(string file, params string[] arguments)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using Process process = Start(start);
        _running = process;
        process.StandardInput.Close();
        Task<string> error = ReadBounded(process.StandardError);
        Task<string> output = ReadBounded(process.StandardOutput);
        bool ended = process.WaitForExit(TimeoutMilliseconds) && Task.WaitAll([error, output], TimeoutMilliseconds);
        if (!ended)
        {
            KillRunning();
            throw new HostTimeoutException($"{file} did not end within {TimeoutMilliseconds / 1000} s");
        }

        if (process.ExitCode != 0)
        {
            throw new HostException($"{file} exited with {process.ExitCode}: {FirstLine(error.Result)}");
        }

        return output.Result;
    }

    /// <summary>Kills the child that runs, with all that it started.</summary>
    public static void KillRunning()
    {
        try
        {
            _running?.Kill(entireProcessTree: true);
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
    private static async Task<string> ReadBounded(StreamReader reader)
    {
        char[] buffer = new char[MaximumOutput];
        int kept = await reader.ReadBlockAsync(buffer).ConfigureAwait(false);
        char[] rest = new char[4096];
        while (kept == buffer.Length && await reader.ReadAsync(rest).ConfigureAwait(false) > 0) { }
        return new(buffer, 0, kept);
    }

    private static string FirstLine(string text)
    {
        string trimmed = text.Trim();
        int end = trimmed.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? trimmed : trimmed[..end];
    }
}
