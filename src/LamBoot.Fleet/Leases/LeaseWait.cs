using System.Diagnostics;
using LamBoot.Linux.Processes;

namespace LamBoot.Fleet.Leases;

/// <summary>
/// How long a start waits for others, and what it says of it. The time is that of a line that does not move: with each start that gets
/// the document before this one it begins anew, as often as there were starts before it.
/// </summary>
/// <param name="deadline">The deadline of the phase, which stands still meanwhile.</param>
/// <param name="patience">How long to wait for one start.</param>
/// <param name="tell">Told once who has the document, and how many starts come before this one.</param>
public sealed class LeaseWait(Deadline deadline, TimeSpan patience, Action<Lease, int> tell)
{
    private readonly Stopwatch _waited = new();
    private Lease? _holder;
    private TimeSpan _longest;

    /// <summary>Waits.</summary>
    internal void Run(Action wait)
    {
        _waited.Start();
        deadline.Wait(patience, wait);
    }

    /// <summary>Who has the document now.</summary>
    /// <param name="holder">Its lease.</param>
    /// <param name="before">How many starts come before this one.</param>
    internal void Look(Lease holder, int before)
    {
        if (holder == _holder)
        {
            return;
        }

        if (_holder is null)
        {
            _longest = before * patience;
            tell(holder, before);
        }
        else
        {
            TimeSpan left = _longest - _waited.Elapsed;
            deadline.Renew(left < patience ? left : patience);
        }

        _holder = holder;
    }
}
