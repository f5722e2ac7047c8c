using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;

namespace LamBoot.Fleet.Leases;

/// <summary>How a VM's start, or a command, waits for a document that another start has: in line, in the order in which they came.</summary>
internal sealed class LeaseQueue(HostRoot root, int vmid)
{
    private static readonly TimeSpan ForAsLongAsItTakes = TimeSpan.FromTicks(-1);

    // A starter that was killed may have begun QEMU just then, which reads the document at once.
    private static readonly TimeSpan DeadStarterWait = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits in line until no other start has the document. The content is locked then.</summary>
    /// <param name="file">The document's state.</param>
    /// <param name="wait">Does the waiting.</param>
    /// <param name="isTaken">Takes the lease, or tells that it is not to be had yet.</param>
    public void Lock(LockedFile file, Action<Action> wait, Func<bool> isTaken)
    {
        if (file.IsFirstInLine())
        {
            if (file.TryLockContent() && HolderIn(file) is null && isTaken())
            {
                return;
            }

            file.UnlockContent();
        }

        wait(() =>
            _ = Wait.Until(
                () =>
                {
                    file.WaitInLine();
                    LockWhenFree(file);
                    if (isTaken())
                    {
                        return true;
                    }

                    file.UnlockContent();
                    file.LeaveLine();
                    return false;
                },
                ForAsLongAsItTakes
            )
        );
    }

    /// <summary>The lease of another start, be that over or not.</summary>
    private Lease? HolderIn(LockedFile file) =>
        Lease.Parse(file.Read()) is { } lease && lease.Vmid != vmid && lease.Boot == HostBoot.Id ? lease : null;

    /// <summary>Waits until no other start has the document. The content is locked then.</summary>
    private void LockWhenFree(LockedFile file) =>
        _ = Wait.Until(
            () =>
            {
                bool isFree = LockUnlessLent(file);
                if (!isFree)
                {
                    file.UnlockContent();
                }

                return isFree;
            },
            ForAsLongAsItTakes
        );

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
