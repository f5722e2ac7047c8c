using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;
using LamBoot.Linux.Watch;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Leases;

/// <summary>
/// Restores the files lent to a clone's start as soon as its QEMU has read them, long before the start is over. If that is not known for
/// sure, or if this process is killed, nothing changes and the end of the start restores them.
/// </summary>
/// <remarks>
/// What counts as known: a process of root's with the command line of this VM's QEMU has opened and closed each file of this very lease as
/// often as its command line names it. No such process was running before the watch began, so it is not a QEMU of an earlier start; nor
/// could an earlier start have launched one later, because its lock has been released.
/// </remarks>
/// <param name="root">The host.</param>
/// <param name="fleet">The fleet's configuration.</param>
/// <param name="lease">The lease.</param>
/// <param name="owner">The VM whose files were lent.</param>
/// <param name="files">The files that QEMU opens, as seen by this process, in the order of the args line.</param>
public sealed class LentUntilRead(HostRoot root, FleetConfig fleet, Lease lease, int owner, IReadOnlyList<string> files)
{
    // The lease also ends with its start, about which nothing notifies us.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private FileTime _leased;

    /// <summary>Waits until the files have been read and restores them; returns without doing so if the lease ends first.</summary>
    /// <exception cref="HostException">The state cannot be determined, or the files cannot be restored.</exception>
    public void Run()
    {
        string path = root.Resolve(fleet.StatePath(owner, LamBootPaths.LeaseSuffix));
        using LockedFile? state = LockedFile.Open(path, create: false);
        using FileReads? reads = state is null ? null : Begin(state);
        if (reads is null || HostProcess.All().Exists(IsQemu) || !AreRead(state!, reads))
        {
            return;
        }

        state!.LockContent();
        if (IsSame(state))
        {
            new LentFiles(root, fleet, owner, opensStrings: false).PutBack(wasLeased: true);
            state.Write("");
        }
    }

    /// <summary>Starts watching the files. While the content is locked, they remain those of the lease.</summary>
    private FileReads? Begin(LockedFile state)
    {
        state.LockContent();
        _leased = state.Changed;
        FileReads? reads = IsSame(state) ? FileReads.Begin(files) : null;
        state.UnlockContent();
        return reads;
    }

    private bool AreRead(LockedFile state, FileReads reads)
    {
        do
        {
            reads.Wait(LookAgain);
            if (!IsSame(state))
            {
                return false;
            }

            reads.Take(IsQemu);
        } while (!reads.AreOver && lease.IsLive(root, owner));
        return reads.AreOver;
    }

    /// <summary>Whether this is still the same lease, not a later one of the same starter.</summary>
    private bool IsSame(LockedFile state) => Lease.Parse(state.Read()) == lease && state.Changed == _leased;

    private bool IsQemu(int process) =>
        QemuProcess.Of(process, lease.Vmid) is { } qemu && HostProcess.IsRoots(process) && Opens(qemu.Arguments);

    /// <summary>Whether a command line names these files in this order, and no file with such a name elsewhere.</summary>
    private bool Opens(IReadOnlyList<string> arguments)
    {
        List<string> opened = [];
        foreach (ChannelItem item in ChannelItems.In(QemuOption.In(arguments)))
        {
            opened.AddRange(item.Files);
        }

        bool isSame = opened.Count == files.Count;
        for (int i = 0; isSame && i < files.Count; i++)
        {
            string name = Path.GetFileName(files[i]);
            isSame = opened[i] == files[i] && CountOf(name, arguments) == CountOf(name, files);
        }

        return isSame;
    }

    private static int CountOf(string name, IReadOnlyList<string> texts)
    {
        int count = 0;
        foreach (string text in texts)
        {
            for (int at = 0; (at = text.IndexOf(name, at, StringComparison.Ordinal)) >= 0; at += name.Length)
            {
                count++;
            }
        }

        return count;
    }
}
