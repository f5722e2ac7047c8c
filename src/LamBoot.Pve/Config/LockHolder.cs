using System.Globalization;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Config;

/// <summary>Who holds the lock of a VM's configuration: one of the processes that started us, or a stranger.</summary>
/// <param name="lockName">The end of the path of the lock's file.</param>
internal sealed class LockHolder(string lockName)
{
    private const string Removed = " (deleted)"; // as /proc shows it

    /// <summary>
    /// Looks for the lock among the descriptors of our ancestors, and our own, which may be inherited. /proc/locks says the
    /// same of all processes, but a read of it makes the kernel wait for every CPU: 10 ms, at each start.
    /// </summary>
    /// <param name="file">The lock's file.</param>
    /// <returns>The ancestor that has it; null for none.</returns>
    /// <exception cref="HostException">It cannot be told.</exception>
    public HostProcess? FindAncestor(FileStatus file)
    {
        foreach (int id in HostProcess.Ancestors())
        {
            if (FindIn(id, file) is { } holder)
            {
                // Who took it may have ended, and an ancestor of ours have it from that one.
                return HostProcess.Find(HostProcess.IsAncestor(holder) ? holder : id);
            }
        }

        return FindIn(Environment.ProcessId, file) is { } starter && HostProcess.IsAncestor(starter)
            ? HostProcess.Find(starter)
            : null;
    }

    /// <summary>An ancestor that has the lock by a file that was removed: whoever removes it does not end the lock of who has it open.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
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

    /// <summary>Whether a process has the lock's file open, be it removed by now.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public bool IsOpenIn(HostProcess process) =>
        process.IsAlive && DescriptorsOrNone(process.Id, lockName, lockName + Removed).Count > 0;

    /// <summary>Who has the lock by /proc/locks, which has the last word: not every ancestor may show its descriptors.</summary>
    /// <param name="file">The lock's file.</param>
    /// <returns>An ancestor of ours, or else who it is, for a person.</returns>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static (HostProcess? Ancestor, string? Stranger) FindAny(FileStatus file)
    {
        // Of a file on btrfs or overlayfs it names another device than stat does.
        string[] locks = HeldIn(HostProcess.ReadProc("/proc/locks") ?? "");
        string inode = string.Create(CultureInfo.InvariantCulture, $":{file.Inode}");
        string device = string.Create(
            CultureInfo.InvariantCulture,
            $" {file.DeviceMajor:x2}:{file.DeviceMinor:x2}{inode}"
        );
        string? held =
            Array.Find(locks, each => each.EndsWith(device, StringComparison.Ordinal))
            ?? Array.Find(locks, each => each.EndsWith(inode, StringComparison.Ordinal));
        if (held is null)
        {
            return (null, "a process that /proc/locks does not show");
        }

        int holder = HolderOf(held);
        return HostProcess.IsAncestor(holder) && HostProcess.Find(holder) is { } ancestor
            ? (ancestor, null)
            : (null, HostProcess.Describe(holder));
    }

    /// <summary>Who took the lock that a process has by one of its descriptors.</summary>
    private int? FindIn(int id, FileStatus file)
    {
        foreach (string descriptor in DescriptorsOrNone(id, lockName))
        {
            // One that was closed meanwhile is missing.
            string[] held = HeldIn(HostProcess.ReadProc($"/proc/{id}/fdinfo/{descriptor}") ?? "");
            if (held is [string only] && FileStatus.OfTargetOrMissing($"/proc/{id}/fd/{descriptor}").IsSameFile(file))
            {
                return HolderOf(only);
            }
        }

        return null;
    }

    /// <summary>A process's descriptors of files with such names; none of one that does not show them.</summary>
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

    /// <summary>The flocks that are held, by /proc/locks, or a descriptor's fdinfo: the process's number, and the file's.</summary>
    private static string[] HeldIn(string locks)
    {
        List<string> held = [];
        foreach (string line in locks.Split('\n'))
        {
            // 1: FLOCK  ADVISORY  WRITE 1234 00:19:1037 0 EOF, in fdinfo behind "lock:"; a waiting one has "->" behind its number.
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
