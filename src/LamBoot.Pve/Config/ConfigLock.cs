using System.Globalization;
using System.Runtime.InteropServices;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Config;

/// <summary>
/// Proxmox VE's lock of a VM's configuration: flock(LOCK_EX) on <c>/var/lock/qemu-server/lock-VMID.conf</c>. In a phase
/// an ancestor of ours holds it for as long as we run; otherwise we take it.
/// </summary>
public sealed class ConfigLock : IDisposable
{
    private const string Folder = "/var/lock/qemu-server";
    private const string Removed = " (deleted)"; // as /proc shows it
    private const int RetryMilliseconds = 20;
    private const int Mode = 0x1a4; // 0644, as Proxmox VE makes it

    private readonly Descriptor? _file;

    private ConfigLock(Descriptor? file, HostProcess? starter, string? holder) =>
        (_file, Starter, Holder) = (file, starter, holder);

    /// <summary>Whether the configuration may be edited until this is disposed.</summary>
    public bool IsHeld => Holder is null;

    /// <summary>Whether this process took it: no task of Proxmox VE's is at work on the VM.</summary>
    public bool IsOurs => _file is not null;

    /// <summary>The ancestor of ours that holds the lock: the process that starts or stops the VM. Null where none does.</summary>
    public HostProcess? Starter { get; }

    /// <summary>Who else holds the lock; null where we do, or an ancestor of ours does.</summary>
    public string? Holder { get; }

    /// <summary>Takes the lock, or finds that an ancestor has it.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="wait">How long to wait for a stranger to give it back.</param>
    /// <exception cref="HostException">It cannot be taken, and it cannot be told who has it.</exception>
    public static ConfigLock Take(HostRoot root, int vmid, TimeSpan wait)
    {
        HostFile.CreateFolder(root.Resolve(Folder)); // as Proxmox VE does itself: the folder is gone after a boot
        Descriptor file = Open(root, vmid, OpenFlag.Create)!;
        bool isOurs = false;
        try
        {
            long end = Environment.TickCount64 + (long)wait.TotalMilliseconds;
            while (!(isOurs = TryLock(file, FileCalls.LockExclusive)))
            {
                FileStatus status = FileStatus.Of(file, Folder);
                bool isLast = Environment.TickCount64 >= end;
                if (FindHoldingAncestor(status, vmid) is { } starter)
                {
                    return new(null, starter, null);
                }

                if (isLast)
                {
                    return OfStranger(status);
                }

                Thread.Sleep(RetryMilliseconds);
            }

            // Whoever removes the lock's file does not end the lock of who has it open.
            if (FindAncestorOfRemoved(vmid) is { } other)
            {
                isOurs = false;
                return new(null, other, null);
            }

            return new(file, null, null);
        }
        finally
        {
            if (!isOurs)
            {
                file.Dispose();
            }
        }
    }

    /// <summary>Whether anybody holds a VM's lock at this moment.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static bool IsTaken(HostRoot root, int vmid)
    {
        using Descriptor? file = Open(root, vmid, 0);
        return file is not null && !TryLock(file, FileCalls.LockShared);
    }

    /// <summary>Whether a process has the file of a VM's lock open, be it removed by now.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static bool IsOpenIn(HostProcess process, int vmid) =>
        process.IsAlive && DescriptorsOrNone(process.Id, LockName(vmid), LockName(vmid) + Removed).Count > 0;

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static string LockName(int vmid) => $"/lock-{vmid}.conf";

    private static HostProcess? FindAncestorOfRemoved(int vmid)
    {
        foreach (int id in HostProcess.Ancestors())
        {
            if (DescriptorsOrNone(id, LockName(vmid) + Removed).Count > 0)
            {
                return HostProcess.Find(id);
            }
        }

        return null;
    }

    /// <summary>Opens the lock file; null where it is missing and not to be made.</summary>
    private static Descriptor? Open(HostRoot root, int vmid, int create)
    {
        const int Flags = OpenFlag.ReadWrite | OpenFlag.CloseOnExec | OpenFlag.NonBlocking | OpenFlag.NoFollow;
        string path = root.Resolve($"{Folder}/lock-{vmid}.conf");
        try
        {
            Descriptor file = Descriptor.Open(path, Flags | create, Mode);
            if (FileStatus.Of(file, path).IsRegular)
            {
                return file;
            }

            file.Dispose();
            throw new HostException($"{path} is not a regular file: remove it");
        }
        catch (HostException e) when (e.IsNotFound && create == 0)
        {
            return null;
        }
    }

    private static bool TryLock(Descriptor file, int kind)
    {
        while (FileCalls.FLock(file.Number, kind | FileCalls.LockNonBlocking) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno == ErrorNumber.WouldBlock)
            {
                return false;
            }

            if (errno != ErrorNumber.Interrupted)
            {
                throw HostException.FromErrno("cannot lock the VM's configuration", errno);
            }
        }

        return true;
    }

    /// <summary>
    /// Looks for the lock among the descriptors of our ancestors, and our own, which may be inherited. /proc/locks says the
    /// same of all processes, but a read of it makes the kernel wait for every CPU: 10 ms, at each start.
    /// </summary>
    private static HostProcess? FindHoldingAncestor(FileStatus file, int vmid)
    {
        List<int> ancestors = HostProcess.Ancestors();
        foreach (int id in ancestors.Append(Environment.ProcessId))
        {
            if (FindHolder(id, vmid, file) is not { } holder)
            {
                continue;
            }

            // Who took it may have ended, and an ancestor of ours have it from that one.
            int starter = ancestors.Contains(holder) ? holder : id;
            if (starter != Environment.ProcessId)
            {
                return HostProcess.Find(starter);
            }
        }

        return null;
    }

    /// <summary>/proc/locks has the last word: not every ancestor may show its descriptors.</summary>
    private static ConfigLock OfStranger(FileStatus file)
    {
        // Of a file on btrfs or overlayfs it names another device than stat does.
        string[] locks = Flocks(HostProcess.ReadProc("/proc/locks") ?? "");
        string inode = string.Create(CultureInfo.InvariantCulture, $":{file.Inode}");
        string device = string.Create(
            CultureInfo.InvariantCulture,
            $" {file.DeviceMajor:x2}:{file.DeviceMinor:x2}{inode}"
        );
        string? held =
            locks.FirstOrDefault(each => each.EndsWith(device, StringComparison.Ordinal))
            ?? locks.FirstOrDefault(each => each.EndsWith(inode, StringComparison.Ordinal));
        if (held is null)
        {
            return new(null, null, "a process that /proc/locks does not show");
        }

        int holder = HolderOf(held);
        return HostProcess.Ancestors().Contains(holder) && HostProcess.Find(holder) is { } starter
            ? new(null, starter, null)
            : new(null, null, HostProcess.Describe(holder));
    }

    /// <summary>Who took the lock that a process has by one of its descriptors.</summary>
    private static int? FindHolder(int id, int vmid, FileStatus file)
    {
        foreach (string descriptor in DescriptorsOrNone(id, LockName(vmid)))
        {
            string[] held = Flocks(HostProcess.ReadProc($"/proc/{id}/fdinfo/{descriptor}") ?? "");
            if (held is [string only] && IsFile($"/proc/{id}/fd/{descriptor}", file))
            {
                return HolderOf(only);
            }
        }

        return null;
    }

    private static bool IsFile(string path, FileStatus file)
    {
        try
        {
            return FileStatus.OfTarget(path).IsSameFile(file);
        }
        catch (HostException e) when (e.IsNotFound)
        {
            return false; // closed meanwhile
        }
    }

    /// <summary>A process's descriptors of the lock file; none of one that does not show them.</summary>
    private static List<string> DescriptorsOrNone(int id, params string[] names)
    {
        try
        {
            return HostProcess.Descriptors(id, names);
        }
        catch (HostException e) when (e.Errno == ErrorNumber.AccessDenied)
        {
            return [];
        }
    }

    /// <summary>The flocks that are held, by /proc/locks, or a descriptor's fdinfo: the process's number, and the file's.</summary>
    private static string[] Flocks(string locks)
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
