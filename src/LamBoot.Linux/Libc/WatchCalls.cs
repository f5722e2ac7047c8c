using System.Runtime.InteropServices;

namespace LamBoot.Linux.Libc;

/// <summary>
/// inotify(7) and fanotify(7), and the structures of their events (include/uapi/linux/inotify.h, fanotify.h: the same on every architecture).
/// </summary>
internal static unsafe partial class WatchCalls
{
    public const uint Attributes = 0x4; // IN_ATTRIB: among other things, a link to the file was removed
    public const uint CloseUnwritten = 0x10; // IN_CLOSE_NOWRITE, FAN_CLOSE_NOWRITE
    public const uint Open = 0x20; // IN_OPEN, FAN_OPEN

    public const int InotifyFlags = (int)(OpenFlags.NonBlocking | OpenFlags.CloseOnExec);

    // FAN_CLOEXEC | FAN_NONBLOCK | FAN_CLASS_CONTENT | FAN_REPORT_PIDFD (Linux 5.15). Listeners of class FAN_CLASS_CONTENT are notified of
    // a file's use before inotify is (fs/notify/mark.c, fsnotify_compare_groups).
    public const uint FanotifyFlags = 0x1 | 0x2 | 0x4 | 0x80;

    public const uint Add = 0x1; // FAN_MARK_ADD
    public const int FanotifyMetadataSize = 24; // FAN_EVENT_METADATA_LEN
    public const byte ProcessInfo = 4; // FAN_EVENT_INFO_TYPE_PIDFD

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    public static partial int InotifyInit(int flags);

    [LibraryImport(
        "libc",
        EntryPoint = "inotify_add_watch",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    public static partial int InotifyAdd(int fd, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "fanotify_init", SetLastError = true)]
    public static partial int FanotifyInit(uint flags, uint eventFlags);

    [LibraryImport(
        "libc",
        EntryPoint = "fanotify_mark",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    public static partial int FanotifyMark(int fd, uint flags, ulong mask, int folder, string path);

    /// <summary>struct inotify_event; for a file that is itself watched, no name follows.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct InotifyEvent
    {
        public int Watch;
        public uint Mask;
        public uint Cookie;
        public uint NameLength;
    }

    /// <summary>struct fanotify_event_metadata, with the struct fanotify_event_info_pidfd that follows.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct FanotifyEvent
    {
        public uint Length;
        public byte Version;
        public byte Reserved;
        public ushort MetadataLength;
        public ulong Mask;
        public int File;
        public int Process;
        public byte InfoType;
        public byte Padding;
        public ushort InfoLength;
        public int ProcessFile;
    }
}
