using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Leases;

/// <summary>The process because of which a start's lease of identity files is live: it may still read them, or start the QEMU that will.</summary>
/// <param name="root">The host.</param>
/// <param name="lease">The lease.</param>
/// <param name="owner">The VM that owns the files.</param>
internal sealed class LeaseProcess(HostRoot root, Lease lease, int owner)
{
    // How long a process may take from execve(2), which closes a lock, until its new command line can be read.
    private static readonly TimeSpan LongestExecution = TimeSpan.FromMilliseconds(500);

    /// <summary>Describes the process; null if there is none, so the lease is over.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public string? Find() => lease.Boot == HostBoot.Id ? FindStarter() ?? FindQemu() : null;

    /// <summary>
    /// The VM's lock is held for the start: by the starter or, if that has been killed, by a child that outlives it. A starter that has
    /// released the lock has started QEMU or failed, even if it is still running.
    /// </summary>
    private string? FindStarter() =>
        ConfigLock.IsOpenIn(lease.Starter, lease.Vmid) ? HostProcess.Describe(lease.Starter.Id)
        : ConfigLock.FindTaker(root, lease.Vmid) is { } taker && taker.MayBeOf(lease.Starter) ? taker.Name
        : null;

    /// <summary>
    /// A QEMU outlives a starter that was killed or has timed out, and opens its drives, which may hang, before these files. Reading all
    /// command lines takes milliseconds, so this comes last.
    /// </summary>
    private string? FindQemu()
    {
        List<int> readers = [];
        Wait.Until(() => AreFound(readers), LongestExecution);
        return readers.Count == 0 || (readers.Count == 1 && QemuMainLoop.IsKnownToRun(root, lease.Vmid))
            ? null
            : HostProcess.Describe(readers[0]);
    }

    /// <summary>Finds the QEMUs of the VM that name these files, unless a process is just becoming another program.</summary>
    private bool AreFound(List<int> readers)
    {
        readers.Clear();
        bool isSettled = true;
        foreach (int process in HostProcess.All())
        {
            if (QemuProcess.Of(process, lease.Vmid) is { } qemu && Names(qemu) && HostProcess.IsRoots(process))
            {
                readers.Add(process);
            }

            isSettled &= !HostProcess.IsExecuting(process);
        }

        return isSettled || readers.Count > 0;
    }

    /// <summary>Whether a QEMU names these files. With another host's tree, those in it: the VMIDs of two trees may be the same.</summary>
    private bool Names(QemuProcess qemu)
    {
        string name = $"{owner}";
        string tree = root.Resolve("/");
        foreach (ChannelItem item in ChannelItems.In(QemuOption.In(qemu.Arguments)))
        {
            foreach (string file in item.Files)
            {
                bool isInTree = file.StartsWith(tree, StringComparison.Ordinal) || !Path.IsPathRooted(file);
                if (isInTree && Path.GetFileNameWithoutExtension(file) == name)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
