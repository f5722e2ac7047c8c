using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LamBoot.Testing.Trees;

/// <summary>Proxmox VE's lock of a VM's configuration, held by this process: an ancestor of what it starts.</summary>
public sealed partial class HeldLock : IDisposable
{
    private const int LockExclusive = 2;

    private readonly SafeFileHandle _file;

    public HeldLock(HostTree tree, int vmid)
    {
        _file = File.OpenHandle(tree.LockFile(vmid), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (FLock(_file, LockExclusive) != 0)
        {
            throw new InvalidOperationException("flock failed");
        }
    }

    public void Dispose() => _file.Dispose();

    [LibraryImport("libc", EntryPoint = "flock")]
    private static partial int FLock(SafeFileHandle file, int operation);
}
