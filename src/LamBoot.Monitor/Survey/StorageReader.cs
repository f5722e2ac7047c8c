using LamBoot.Fleet.Health;

namespace LamBoot.Monitor.Survey;

/// <summary>
/// Reads the VMs on one storage on its own threads. A hanging read cannot be ended, so its thread is abandoned: that VM is given up, and
/// the remaining threads read the others. If all of them hang, it is the storage that hangs, and everything still unread on it is given up:
/// it delays nobody else.
/// </summary>
/// <param name="storage">The storage's ID, for messages.</param>
/// <param name="reads">A read of each VM, given the probe of its thread; cheap ones first.</param>
/// <param name="newProbe">Creates the probe of a thread.</param>
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
    private int _threads;
    private int _next;
    private int _done;
    private bool _isGivenUp;

    /// <summary>The storage's ID.</summary>
    public string Storage => storage;

    /// <summary>The number of VMs read.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Why threads ended or could not be started; null if none failed.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether no thread was left to read, and all still hang.</summary>
    public bool Hangs
    {
        get
        {
            lock (_changed)
            {
                bool isAll = _isGivenUp && (_done == 0 || _next < reads.Count);
                return isAll && Running().Any();
            }
        }
    }

    /// <summary>Whether the abandoned read of a VM still hangs.</summary>
    public bool IsHanging(int index)
    {
        lock (_changed)
        {
            return _begun[index] != 0 && _records[index] is null;
        }
    }

    /// <summary>Starts reading.</summary>
    public void Start()
    {
        for (int thread = 0; thread < Math.Min(Threads, reads.Count); thread++)
        {
            _ = Interlocked.Increment(ref _threads);
            try
            {
                new Thread(Work, StackSize) { IsBackground = true }.Start();
            }
            catch (Exception e) // the system has no thread left
            {
                Leave($"cannot start a thread: {ErrorLog.Reason(e)}");
            }
        }
    }

    /// <summary>Waits until everything is read or given up.</summary>
    /// <param name="timeout">The maximum wait, in milliseconds.</param>
    /// <returns>Whether it is finished.</returns>
    public bool Wait(int timeout)
    {
        long end = Environment.TickCount64 + timeout;
        lock (_changed)
        {
            for (long now; !IsOver(now = Environment.TickCount64); )
            {
                if (now >= end)
                {
                    return false;
                }

                IEnumerable<long> left = Running().Select(begun => begun + PatienceMilliseconds - now);
                long next = left.Where(milliseconds => milliseconds > 0).DefaultIfEmpty(timeout).Min();
                System.Threading.Monitor.Wait(_changed, (int)Math.Min(next, end - now));
            }

            _isGivenUp = _done < reads.Count;
            return true;
        }
    }

    /// <summary>The record of each VM; null if it was given up.</summary>
    public HealthRecord?[] Records()
    {
        lock (_changed)
        {
            return [.. _records];
        }
    }

    /// <summary>Whether everything is read, or every thread that could continue hangs.</summary>
    private bool IsOver(long now)
    {
        int running = Running().Count();
        int hanging = Running().Count(begun => now - begun >= PatienceMilliseconds);
        bool isNobodyLeft = _threads == hanging;
        return _done == reads.Count || isNobodyLeft || (_next == reads.Count && running == hanging);
    }

    /// <summary>When each read in progress began.</summary>
    private IEnumerable<long> Running() =>
        Enumerable.Range(0, _next).Where(index => _records[index] is null).Select(index => _begun[index]);

    private void Work()
    {
        try
        {
            HealthProbe probe = newProbe();
            while (Take() is { } index)
            {
                Put(index, reads[index](probe));
            }

            Leave(null);
        }
        catch (Exception e)
        {
            Leave(ErrorLog.Reason(e));
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
            if (_next == reads.Count)
            {
                System.Threading.Monitor.PulseAll(_changed);
            }
        }
    }

    private void Leave(string? failure)
    {
        lock (_changed)
        {
            _threads--;
            Failure ??= failure;
            System.Threading.Monitor.PulseAll(_changed);
        }
    }
}
