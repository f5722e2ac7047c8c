using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;

namespace LamBoot.Fleet.Leases;

/// <summary>How a VM's start, or a command, waits for a document that another start has: in line, in the order in which they came.</summary>
/// <remarks>Nothing tells who waits that a start is over, so each looks again and again, the more seldom the more are before it.</remarks>
internal sealed class LeaseQueue(HostRoot root, int vmid)
{
    // A starter that was killed may have begun QEMU just then, which reads the document at once.
    private static readonly TimeSpan DeadStarterWait = TimeSpan.FromMilliseconds(500);

    private const int LongestPauseMilliseconds = 100;
    private const int PauseOfAPlaceMilliseconds = 5;

    /// <summary>Waits in line until no other start has the document. The content is locked then.</summary>
    /// <param name="file">The document's state.</param>
    /// <param name="owner">The VM whose document it is. Its own start goes first: none of its clones' may go before that.</param>
    /// <param name="wait">Does the waiting.</param>
    /// <param name="isTaken">Takes the lease, or tells that it is not to be had yet.</param>
    public void Lock(LockedFile file, int owner, LeaseWait wait, Func<bool> isTaken)
    {
        if (file.TryLockContent())
        {
            if (file.CountBefore() == 0 && HolderIn(file) is null && isTaken())
            {
                return;
            }

            file.UnlockContent();
        }

        wait.Run(() => WaitInLine(file, owner, wait, isTaken));
    }

    private void WaitInLine(LockedFile file, int owner, LeaseWait wait, Func<bool> isTaken)
    {
        file.LockContent();
        file.JoinLine(isAtHead: vmid == owner);
        file.UnlockContent();
        while (true)
        {
            int before = file.CountBefore();
            if (HolderIn(file) is { } holder)
            {
                wait.Look(holder, before + 1);
            }

            if (before == 0 && IsTakenAtLast(file, isTaken))
            {
                return;
            }

            Thread.Sleep(Math.Min(PauseOfAPlaceMilliseconds * (before + 1), LongestPauseMilliseconds));
        }
    }

    private bool IsTakenAtLast(LockedFile file, Func<bool> isTaken)
    {
        if (LockUnlessLent(file) && isTaken())
        {
            file.LeaveLine();
            return true;
        }

        file.UnlockContent();
        return false;
    }

    /// <summary>The lease of another start, be that over or not.</summary>
    private Lease? HolderIn(LockedFile file) =>
        Lease.Parse(file.Read()) is { } lease && lease.Vmid != vmid && lease.Boot == HostBoot.Id ? lease : null;

    /// <summary>Locks the content, and tells whether no other start has the document. For a starter that is dead it waits a little.</summary>
    public bool LockUnlessLent(LockedFile file)
    {
        bool isLive = false;
        bool IsSettled()
        {
            file.LockContent();
            Lease? holder = HolderIn(file);
            isLive = holder?.IsLive(root) == true;
            if (holder is null || isLive)
            {
                return true;
            }

            file.UnlockContent();
            return false;
        }

        if (Wait.Until(IsSettled, DeadStarterWait))
        {
            return !isLive;
        }

        file.LockContent();
        return HolderIn(file)?.IsLive(root) != true;
    }
}
