using System.Runtime.InteropServices;
using Xunit;

namespace LamBoot.Testing.Trees;

/// <summary>fanotify(7), with which the hook learns who reads a file.</summary>
public static partial class Fanotify
{
    private const uint Flags = 0x1 | 0x4 | 0x80; // FAN_CLOEXEC | FAN_CLASS_CONTENT | FAN_REPORT_PIDFD

    /// <summary>Skips the test if the kernel does not let this process use it, as in a container.</summary>
    public static void SkipWhereRefused()
    {
        int file = Init(Flags, 0);
        _ = file >= 0 ? Close(file) : 0;
        Assert.SkipWhen(file < 0, "fanotify is refused here");
    }

    [LibraryImport("libc", EntryPoint = "fanotify_init")]
    private static partial int Init(uint flags, uint eventFlags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
