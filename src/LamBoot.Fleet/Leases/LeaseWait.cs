using System.Diagnostics;
using LamBoot.Linux;
using LamBoot.Linux.Processes;

namespace LamBoot.Fleet.Leases;

/// <summary>
/// How long a start waits for others, and what it reports. The limit applies to a queue that does not move: whenever a start ahead gets the
/// document, the time starts again, at most as often as there were starts ahead.
/// </summary>
/// <param name="starter">The process that starts the VM.</param>
/// <param name="deadline">The deadline of the phase, paused while waiting.</param>
/// <param name="patience">How long to wait for each start.</param>
/// <param name="tell">Called once with the holder of the document and the number of starts ahead of this one.</param>
/// <param name="tellTask">Called once with a description of the process that holds the owner's lock, if nobody holds the document.</param>
public sealed class LeaseWait(
    HostProcess starter,
    Deadline deadline,
    TimeSpan patience,
    Action<Lease, int> tell,
    Action<string> tellTask
)
{
    private readonly Stopwatch _waited = new();
    private Lease? _holder;
    private TimeSpan _longest;

    /// <summary>The process that starts the VM.</summary>
    internal HostProcess Starter => starter;

    /// <summary>Whether the start has reported what it is waiting for.</summary>
    internal bool HasTold { get; private set; }

    internal void Run(Action wait)
    {
        _waited.Start();
        deadline.Wait(patience, wait);
    }

    /// <summary>Throws if the starter has ended: the start is over, and nobody holds the VM's lock any more.</summary>
    /// <exception cref="HostException">It has ended, or this cannot be determined.</exception>
    internal void ThrowIfOver()
    {
        if (!starter.IsAlive)
        {
            throw new HostException($"process {starter.Id}, which was starting this VM, has ended");
        }
    }

    /// <summary>Notes the current holder of the document.</summary>
    /// <param name="holder">Its lease.</param>
    /// <param name="before">The number of starts ahead of this one.</param>
    internal void Look(Lease holder, int before)
    {
        if (holder == _holder)
        {
            return;
        }

        HasTold = true;
        if (_holder is null)
        {
            _longest = _waited.Elapsed + (before * patience);
            tell(holder, before);
        }

        _holder = holder;
        TimeSpan left = _longest - _waited.Elapsed;
        deadline.Renew(left < patience ? left : patience);
    }

    /// <summary>Notes that a task holds up the queue although nobody holds the document.</summary>
    internal void LookAtTask(string task)
    {
        HasTold = true;
        tellTask(task);
    }
}
