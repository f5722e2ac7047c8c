using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;

namespace LamBoot.Fleet.Leases;

/// <summary>The queue in which a VM's start, or a command, waits for a document that another start holds, in order of arrival.</summary>
/// <remarks>Nothing notifies a waiter that a start is over, so each one polls; the more there are ahead of it, the less often.</remarks>
internal sealed class LeaseQueue(HostRoot root, int vmid)
{
    private const int LongestPauseMilliseconds = 100;
    private const int PauseOfAPlaceMilliseconds = 5;

    /// <summary>Waits in line until no other start holds the document, then leaves the content locked.</summary>
    /// <param name="file">The document's state.</param>
    /// <param name="owner">The VM that owns the document. Its own start goes before those of its clones.</param>
    /// <param name="wait">Does the waiting.</param>
    /// <param name="isTaken">Takes the lease, or returns false if it is not available yet.</param>
    /// <param name="findTask">Finds a task that holds up the queue although nobody holds the document.</param>
    public void Lock(LockedFile file, int owner, LeaseWait wait, Func<bool> isTaken, Func<string?>? findTask = null)
    {
        if (file.TryLockContent())
        {
            if (file.CountBefore() == 0 && HolderIn(file) is null && isTaken())
            {
                return;
            }

            file.UnlockContent();
        }

        wait.Run(() => WaitInLine(file, owner, wait, isTaken, findTask));
    }

    private void WaitInLine(LockedFile file, int owner, LeaseWait wait, Func<bool> isTaken, Func<string?>? findTask)
    {
        file.LockContent();
        file.JoinLine(isAtHead: vmid == owner);
        file.UnlockContent();
        Lease? seen = null;
        while (true)
        {
            wait.ThrowIfOver();
            int before = file.CountBefore();
            if (HolderIn(file) is { } holder && holder != seen)
            {
                seen = holder;
                if (holder.IsLive(root, owner))
                {
                    wait.Look(holder, before + 1);
                }
            }

            if (!wait.HasTold && findTask?.Invoke() is { } task)
            {
                wait.LookAtTask(task);
            }

            if (before == 0 && IsTakenAtLast(file, owner, wait, isTaken))
            {
                return;
            }

            Thread.Sleep(Math.Min(PauseOfAPlaceMilliseconds * (before + 1), LongestPauseMilliseconds));
        }
    }

    private bool IsTakenAtLast(LockedFile file, int owner, LeaseWait wait, Func<bool> isTaken)
    {
        if (LockUnlessLent(file, owner))
        {
            wait.ThrowIfOver();
            if (isTaken())
            {
                file.LeaveLine();
                return true;
            }
        }

        file.UnlockContent();
        return false;
    }

    /// <summary>The lease of another start, whether or not that start is over.</summary>
    private Lease? HolderIn(LockedFile file) =>
        Lease.Parse(file.Read()) is { } lease && lease.Vmid != vmid && lease.Boot == HostBoot.Id ? lease : null;

    /// <summary>
    /// Locks the content and returns whether no other start holds the document. Whether the holder is live is found out without the lock,
    /// because it may take a while.
    /// </summary>
    public bool LockUnlessLent(LockedFile file, int owner)
    {
        while (true)
        {
            FileTime changed = file.Changed;
            Lease? holder = HolderIn(file);
            bool isLive = holder?.IsLive(root, owner) == true;
            file.LockContent();
            if (HolderIn(file) == holder && file.Changed == changed)
            {
                return !isLive;
            }

            file.UnlockContent();
        }
    }
}
