using LamBoot.Fleet;

namespace LamBoot.Monitor;

/// <summary>
/// Reads the VMs of one storage on threads of its own. A read that hangs cannot be ended, so its thread is left alone, and
/// all that is still to be read of that storage is given up: it delays nobody else.
/// </summary>
/// <param name="storage">The storage's id, for messages.</param>
/// <param name="reads">A read of each VM, given the probe of its thread.</param>
/// <param name="newProbe">Makes a thread's probe.</param>
internal sealed class StorageReader(
    string storage,
    IReadOnlyList<Func<HealthProbe, HealthRecord>> reads,
    Func<HealthProbe> newProbe
)
{
    private const int PatienceMilliseconds = 5_000;
    private const int StackSize = 512 << 10;

    private static readonly int Threads = Math.Clamp(Environment.ProcessorCount, 2, 8);

    private readonly object _changed = new();
    private readonly HealthRecord?[] _records = new HealthRecord?[reads.Count];
    private readonly long[] _begun = new long[reads.Count];
    private int _next;
    private int _done;
    private bool _isGivenUp;

    /// <summary>The storage's id.</summary>
    public string Storage => storage;

    /// <summary>How many are read.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Whether a thread hangs in it still.</summary>
    public bool Hangs
    {
        get
        {
            lock (_changed)
            {
                return _isGivenUp && _begun.Where((_, index) => _records[index] is null).Any(begun => begun != 0);
            }
        }
    }

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        for (int thread = 0; thread < Math.Min(Threads, reads.Count); thread++)
        {
            new Thread(Work, StackSize) { IsBackground = true }.Start();
        }
    }

    /// <summary>Waits until all is read or given up.</summary>
    /// <param name="timeout">How long to wait at most, in milliseconds.</param>
    /// <returns>Whether it is over.</returns>
    public bool Wait(int timeout)
    {
        long end = Environment.TickCount64 + timeout;
        lock (_changed)
        {
            while (!_isGivenUp && _done < reads.Count)
            {
                long now = Environment.TickCount64;
                long patience = OldestBegun() + PatienceMilliseconds - now;
                if (patience <= 0)
                {
                    _isGivenUp = true;
                    break;
                }

                if (now >= end)
                {
                    return false;
                }

                System.Threading.Monitor.Wait(_changed, (int)Math.Min(patience, end - now));
            }

            return true;
        }
    }

    /// <summary>The record of each VM; null where it was given up.</summary>
    public HealthRecord?[] Records()
    {
        lock (_changed)
        {
            return [.. _records];
        }
    }

    private void Work()
    {
        HealthProbe probe = newProbe();
        while (Take() is { } index)
        {
            Put(index, reads[index](probe));
        }
    }

    private int? Take()
    {
        lock (_changed)
        {
            if (_isGivenUp || _next == reads.Count)
            {
                return null;
            }

            _begun[_next] = Environment.TickCount64;
            return _next++;
        }
    }

    private void Put(int index, HealthRecord record)
    {
        lock (_changed)
        {
            _records[index] = record;
            _done++;
            if (_done == reads.Count)
            {
                System.Threading.Monitor.PulseAll(_changed);
            }
        }
    }

    /// <summary>When the oldest read that is not done was begun; now, where none was.</summary>
    private long OldestBegun()
    {
        long oldest = Environment.TickCount64;
        for (int index = 0; index < _next; index++)
        {
            oldest = _records[index] is null ? Math.Min(oldest, _begun[index]) : oldest;
        }

        return oldest;
    }
}
