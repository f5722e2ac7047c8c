using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace LamBoot.Pve;

/// <summary>
/// Proxmox VE's lock of a VM's configuration: flock(LOCK_EX) on <c>/var/lock/qemu-server/lock-VMID.conf</c>. In a phase
/// an ancestor of ours holds it for as long as we run; otherwise we take it.
/// </summary>
public sealed class ConfigLock : IDisposable
{
    private const int MaximumLocks = 16 << 20;

    private readonly Descriptor? _file;

    private ConfigLock(Descriptor? file, string? holder) => (_file, Holder) = (file, holder);

    /// <summary>Whether the configuration may be edited until this is disposed.</summary>
    public bool IsHeld => Holder is null;

    /// <summary>Who else holds the lock; null where we do, or an ancestor of ours does.</summary>
    public string? Holder { get; }

    /// <summary>Takes the lock, or finds that an ancestor has it. Does not wait.</summary>
    /// <exception cref="HostException">The lock file cannot be opened.</exception>
    public static ConfigLock Take(HostRoot root, int vmid)
    {
        string folder = root.Resolve("/var/lock/qemu-server");
        HostFile.CreateFolder(folder); // as Proxmox VE does itself: the folder is gone after a boot
        const int Flags = Libc.ReadWrite | Libc.Create | Libc.CloseOnExec | Libc.NonBlocking;
        Descriptor file = Descriptor.Open($"{folder}/lock-{vmid}.conf", Flags, 0x1a4);
        if (Libc.FLock(file.Number, Libc.LockExclusive | Libc.LockNonBlocking) == 0)
        {
            return new(file, null);
        }

        int errno = Marshal.GetLastPInvokeError();
        using (file)
        {
            return errno == Libc.WouldBlock
                ? new(null, FindStranger(FileStatus.Of(file, folder)))
                : throw HostException.LastError($"cannot lock {folder}/lock-{vmid}.conf");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    /// <summary>Who holds the flock of a file, by /proc/locks; null where it is an ancestor of this process.</summary>
    private static string? FindStranger(FileStatus file)
    {
        string device = string.Create(
            CultureInfo.InvariantCulture,
            $"{file.DeviceMajor:x2}:{file.DeviceMinor:x2}:{file.Inode}"
        );
        foreach (string line in ReadProc("/proc/locks").Split('\n'))
        {
            // 1: FLOCK  ADVISORY  WRITE 1234 00:19:1037 0 EOF
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 6 && fields[1] == "FLOCK" && fields[5] == device)
            {
                return IsAncestor(fields[4]) ? null : Describe(fields[4]);
            }
        }

        return "a process that /proc/locks does not show";
    }

    private static bool IsAncestor(string pid)
    {
        string at = "self";
        for (int depth = 0; depth < 64; depth++)
        {
            string parent = ParentOf(at);
            if (parent == pid)
            {
                return true;
            }

            if (parent is "" or "0" or "1")
            {
                return false;
            }

            at = parent;
        }

        return false;
    }

    private static string ParentOf(string pid)
    {
        // The name, in parentheses, may hold anything: "123 (a) b) S 1 …".
        string stat = ReadProc($"/proc/{pid}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 ? fields[1] : "";
    }

    private static string Describe(string pid)
    {
        string name = ReadProc($"/proc/{pid}/comm").TrimEnd();
        return name.Length == 0 ? $"process {pid}" : $"process {pid} ({name})";
    }

    private static string ReadProc(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(HostFile.ReadStream(path, MaximumLocks));
        }
        catch (HostException)
        {
            return "";
        }
    }
}
