using System.Runtime.InteropServices;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>
/// A child with its standard streams on pipes, in its own process group, so that it can be killed with everything that it started. Uses
/// posix_spawn(3) and poll(2), without a thread: System.Diagnostics.Process would make up a fifth of the hook's program, a cost for each
/// start of a VM although few run a child.
/// </summary>
internal sealed unsafe class SpawnedProcess : IDisposable
{
    private const int MaximumError = 64 << 10;

    // What a pipe takes without blocking once poll(2) reports it writable: PIPE_BUF.
    private const int WriteAtOnce = 4096;

    private readonly Lock _reaping = new();
    private readonly ChildPipe _input = ChildPipe.Open();
    private readonly ChildPipe _output = ChildPipe.Open();
    private readonly ChildPipe _error = ChildPipe.Open();
    private Descriptor? _end;
    private bool _isRunning;

    private SpawnedProcess() { }

    /// <summary>Its process ID, which is also that of its group.</summary>
    public int Id { get; private set; }

    /// <summary>Its exit code once it has ended; 128 plus the signal number if a signal ended it.</summary>
    public int ExitCode { get; private set; }

    /// <summary>The beginning of its standard output.</summary>
    public MemoryStream Output { get; } = new();

    /// <summary>The beginning of its standard error.</summary>
    public MemoryStream Error { get; } = new();

    /// <summary>Starts a program.</summary>
    /// <param name="file">Its path, or a name to look up in <c>PATH</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="shared">A file passed to it as descriptor 3; null for none.</param>
    /// <param name="environment">Its environment; null for ours.</param>
    /// <exception cref="HostException">It cannot be run.</exception>
    public static SpawnedProcess Start(
        string file,
        string[] arguments,
        Descriptor? shared = null,
        ChildEnvironment? environment = null
    )
    {
        AbandonedChildren.Reap();
        SpawnedProcess child = new();
        try
        {
            child.Spawn(file, arguments, shared, environment);
            child._end = child.OpenEnd();
            return child;
        }
        catch (HostException)
        {
            child.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Feeds it input and reads its output until it has ended. What is left in its pipes is then read without waiting any longer.
    /// </summary>
    /// <param name="input">Its standard input.</param>
    /// <param name="limit">The number of bytes of its output to keep; the rest is discarded.</param>
    /// <param name="timeout">The time limit, in milliseconds.</param>
    /// <returns>Whether it ended in time.</returns>
    public bool Communicate(ReadOnlySpan<byte> input, int limit, int timeout)
    {
        long end = Environment.TickCount64 + timeout;
        ProcessCalls.PollFd* watched = stackalloc ProcessCalls.PollFd[4];
        watched[0] = new() { Fd = _output.Reader.Number, Events = ProcessCalls.PollIn };
        watched[1] = new() { Fd = _error.Reader.Number, Events = ProcessCalls.PollIn };
        watched[2] = new() { Fd = _input.Writer.Number, Events = ProcessCalls.PollOut };
        watched[3] = new() { Fd = _end!.Number, Events = ProcessCalls.PollIn };
        while (Wait(watched, end))
        {
            Read(ref watched[0], _output.Reader, Output, limit);
            Read(ref watched[1], _error.Reader, Error, MaximumError);
            input = Feed(ref watched[2], input);
            Reap(ref watched[3]);
        }

        return !_isRunning;
    }

    /// <summary>Kills it and its group.</summary>
    public void Kill()
    {
        lock (_reaping)
        {
            if (_isRunning)
            {
                _ = ProcessCalls.Kill(-Id, ProcessCalls.KillSignal);
            }
        }
    }

    /// <summary>Kills it if it is still running. It may hang in the kernel, so its end is awaited no longer than usual.</summary>
    public void Dispose()
    {
        Kill();
        lock (_reaping)
        {
            if (_isRunning)
            {
                AbandonedChildren.Add(Id, _end);
                _isRunning = false;
            }
        }

        _end?.Dispose();
        _input.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    private void Spawn(string file, string[] arguments, Descriptor? shared, ChildEnvironment? environment)
    {
        List<Descriptor> given = [_input.Reader, _output.Writer, _error.Writer];
        if (shared is not null)
        {
            given.Add(shared);
        }

        (Id, _isRunning) = (PosixSpawn.Start(file, arguments, given, environment), true);
        _input.Reader.Dispose();
        _output.Writer.Dispose();
        _error.Writer.Dispose();
    }

    private Descriptor OpenEnd()
    {
        int number = ProcessCalls.PidFdOpen(Id, 0);
        return number >= 0
            ? new(number, "a child's end")
            : throw HostException.LastError("cannot wait for a child process");
    }

    /// <summary>Waits for something to do.</summary>
    /// <returns>Whether there is something; false if time is up, or if the child has ended and left nothing.</returns>
    private bool Wait(ProcessCalls.PollFd* watched, long end)
    {
        while (true)
        {
            long left = Math.Max(end - Environment.TickCount64, 0);
            int ready = ProcessCalls.Poll(watched, 4, _isRunning ? (int)left : 0);
            if (ready >= 0)
            {
                return ready > 0 && left > 0;
            }

            if (Marshal.GetLastPInvokeError() != ErrorNumber.Interrupted)
            {
                throw HostException.LastError("cannot wait for a child process");
            }
        }
    }

    private static void Read(ref ProcessCalls.PollFd watched, Descriptor pipe, MemoryStream kept, int limit)
    {
        if (watched.Happened == 0)
        {
            return;
        }

        byte[] buffer = new byte[16 << 10];
        int read = pipe.ReadSome(buffer);
        kept.Write(buffer, 0, (int)Math.Min(read, limit - kept.Length));
        if (read == 0)
        {
            watched.Fd = -1; // poll(2) skips it
        }
    }

    private ReadOnlySpan<byte> Feed(ref ProcessCalls.PollFd watched, ReadOnlySpan<byte> input)
    {
        if (watched.Happened != 0)
        {
            int count = Math.Min(input.Length, WriteAtOnce);
            bool isTaken = _input.Writer.TryWrite(input[..count]);
            input = isTaken ? input[count..] : []; // it may end without reading everything: its exit code says why
        }

        if (input.IsEmpty && watched.Fd >= 0)
        {
            _input.Writer.Dispose();
            watched.Fd = -1;
        }

        return input;
    }

    private void Reap(ref ProcessCalls.PollFd watched)
    {
        if (watched.Happened == 0)
        {
            return;
        }

        lock (_reaping)
        {
            _ = ProcessCalls.WaitPid(Id, out int status, 0); // it has ended, so this does not block
            int signal = status & 0x7f;
            ExitCode = signal == 0 ? (status >> 8) & 0xff : 128 + signal;
            _isRunning = false;
        }

        watched.Fd = -1;
    }
}
