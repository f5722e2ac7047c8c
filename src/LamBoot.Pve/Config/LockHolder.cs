using System.Globalization;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Config;

/// <summary>Finds the holder of a VM configuration's lock: one of the processes that started us, or an unrelated one.</summary>
/// <param name="lockName">The end of the lock file's path.</param>
internal sealed class LockHolder(string lockName)
{
    private const string Removed = " (deleted)"; // as shown in /proc

    /// <summary>
    /// Looks for the lock among the descriptors of our ancestors and our own, which may be inherited. /proc/locks has the same information
    /// for all processes, but reading it makes the kernel wait for every CPU: 10 ms at each start.
    /// </summary>
    /// <param name="file">The lock file.</param>
    /// <returns>The ancestor that holds it; null if none does.</returns>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public HostProcess? FindAncestor(FileStatus file)
    {
        foreach (int id in HostProcess.Ancestors())
        {
            if (FindIn(id, file) is { } holder)
            {
                // The process that took it may have ended, leaving it to an ancestor of ours.
                return HostProcess.Find(HostProcess.IsAncestor(holder) ? holder : id);
            }
        }

        return FindIn(Environment.ProcessId, file) is { } starter && HostProcess.IsAncestor(starter)
            ? HostProcess.Find(starter)
            : null;
    }

    /// <summary>Finds an ancestor that holds the lock on a file that has been removed: removing a file does not release a lock on it.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public HostProcess? FindAncestorOfRemoved()
    {
        foreach (int id in HostProcess.Ancestors())
        {
            if (DescriptorsOrNone(id, lockName + Removed).Count > 0)
            {
                return HostProcess.Find(id);
            }
        }

        return null;
    }

    /// <summary>Whether a process has the lock file open, even if the file has been removed.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public bool IsOpenIn(HostProcess process) =>
        process.IsAlive && DescriptorsOrNone(process.Id, lockName, lockName + Removed).Count > 0;

    /// <summary>
    /// Finds who took a lock in /proc/locks, which is authoritative: not every ancestor lets us see its descriptors, and others we do not
    /// know.
    /// </summary>
    /// <param name="file">The lock file.</param>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static LockTaker FindTaker(FileStatus file)
    {
        // For a file on btrfs or overlayfs, it names another device than stat does.
        string[] locks = HeldIn(HostProcess.ReadProc("/proc/locks") ?? "");
        string inode = string.Create(CultureInfo.InvariantCulture, $":{file.Inode}");
        string device = string.Create(
            CultureInfo.InvariantCulture,
            $" {file.DeviceMajor:x2}:{file.DeviceMinor:x2}{inode}"
        );
        string? held =
            Array.Find(locks, each => each.EndsWith(device, StringComparison.Ordinal))
            ?? Array.Find(locks, each => each.EndsWith(inode, StringComparison.Ordinal));
        return held is null
            ? new(null, "a process that /proc/locks does not show")
            : new(HostProcess.Find(HolderOf(held)), HostProcess.Describe(HolderOf(held)));
    }

    /// <summary>The process that took the lock that a process holds through one of its descriptors.</summary>
    private int? FindIn(int id, FileStatus file)
    {
        foreach (string descriptor in DescriptorsOrNone(id, lockName))
        {
            // A descriptor closed meanwhile is missing.
            string[] held = HeldIn(HostProcess.ReadProc($"/proc/{id}/fdinfo/{descriptor}") ?? "");
            if (held is [string only] && FileStatus.OfTargetOrMissing($"/proc/{id}/fd/{descriptor}").IsSameFile(file))
            {
                return HolderOf(only);
            }
        }

        return null;
    }

    /// <summary>A process's descriptors of files with such names; none if it does not show them.</summary>
    private static List<string> DescriptorsOrNone(int id, params string[] names)
    {
        try
        {
            return HostProcess.Descriptors(id, names);
        }
        catch (HostException e) when (e.Kind == HostErrorKind.AccessDenied)
        {
            return [];
        }
    }

    /// <summary>The flocks held according to /proc/locks or a descriptor's fdinfo: the process ID and the file's numbers.</summary>
    private static string[] HeldIn(string locks)
    {
        List<string> held = [];
        foreach (string line in locks.Split('\n'))
        {
            // 1: FLOCK  ADVISORY  WRITE 1234 00:19:1037 0 EOF; in fdinfo, after "lock:"; a waiting one has "->" after its number.
            string[] fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            int kind = Array.IndexOf(fields, "FLOCK");
            if (kind is 1 or 2 && fields[kind - 1] != "->" && fields.Length > kind + 4)
            {
                held.Add($"{fields[kind + 3]} {fields[kind + 4]}");
            }
        }

        return [.. held];
    }

    private static int HolderOf(string held) =>
        int.TryParse(held.AsSpan(0, held.IndexOf(' ', StringComparison.Ordinal)), out int id) ? id : 0;
}
