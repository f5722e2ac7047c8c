using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Files;

/// <summary>The status of a file from statx(2) (include/uapi/linux/stat.h, struct statx: the same on every architecture).</summary>
/// <param name="Mode">Its type and permissions; 0 if there is no such file.</param>
/// <param name="Links">The number of its hard links.</param>
/// <param name="Owner">Its owner's user ID.</param>
/// <param name="Inode">Its inode number.</param>
/// <param name="DeviceMajor">The major number of its device.</param>
/// <param name="DeviceMinor">The minor number of its device.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Modified">When its content last changed.</param>
/// <param name="Changed">When its content or status last changed.</param>
public readonly unsafe record struct FileStatus(
    int Mode,
    uint Links,
    uint Owner,
    ulong Inode,
    uint DeviceMajor,
    uint DeviceMinor,
    ulong Size,
    FileTime Modified,
    FileTime Changed
)
{
    internal const int StructSize = 256;
    internal const int LinksOffset = 16;
    internal const int OwnerOffset = 20;
    internal const int ModeOffset = 28;
    internal const int InodeOffset = 32;
    internal const int SizeOffset = 40;
    internal const int ChangedOffset = 96;
    internal const int ModifiedOffset = 112;
    internal const int DeviceMajorOffset = 136;
    internal const int DeviceMinorOffset = 140;
    internal const uint Wanted = 0x1 | 0x2 | 0x4 | 0x8 | 0x40 | 0x80 | 0x100 | 0x200; // STATX_TYPE, _MODE, _NLINK, _UID, _MTIME, _CTIME, _INO, _SIZE
    internal const int AtEmptyPath = 0x1000;

    private const int TypeMask = 0xf000; // S_IFMT
    private const int Link = 0xa000; // S_IFLNK
    private const int Regular = 0x8000; // S_IFREG
    private const int BlockDevice = 0x6000; // S_IFBLK
    private const int Folder = 0x4000; // S_IFDIR

    /// <summary>Whether there is no such file: the default value.</summary>
    public bool IsMissing => Mode == 0;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsRegular => (Mode & TypeMask) == Regular;

    /// <summary>Whether it is a block device.</summary>
    public bool IsBlockDevice => (Mode & TypeMask) == BlockDevice;

    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder => (Mode & TypeMask) == Folder;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsLink => (Mode & TypeMask) == Link;

    /// <summary>Its permissions, without its type.</summary>
    public int Permissions => Mode & Libc.Permissions.All;

    /// <summary>Whether its owner may execute it.</summary>
    public bool IsExecutableByOwner => (Mode & (int)UnixFileMode.UserExecute) != 0;

    /// <summary>Whether everyone may read it.</summary>
    public bool IsReadableByAll => (Mode & (int)UnixFileMode.OtherRead) != 0;

    /// <summary>Whether its group, or everyone, may write to it.</summary>
    public bool IsWritableByOthers => (Mode & Libc.Permissions.WritableByOthers) != 0;

    /// <summary>Whether it belongs to the current user.</summary>
    public bool IsOwn => Owner == FileCalls.GetEUid();

    /// <summary>When its content last changed.</summary>
    public DateTimeOffset ModifiedAt =>
        DateTimeOffset
            .FromUnixTimeSeconds(Modified.Seconds)
            .AddTicks(Modified.Nanoseconds / TimeSpan.NanosecondsPerTick);

    /// <summary>Whether two statuses are those of the same file, whatever the paths.</summary>
    public bool IsSameFile(FileStatus other) => Inode == other.Inode && IsOnSameDevice(other);

    /// <summary>Whether two files are on the same file system.</summary>
    public bool IsOnSameDevice(FileStatus other) =>
        (DeviceMajor, DeviceMinor) == (other.DeviceMajor, other.DeviceMinor);

    /// <summary>The status of a path, without following a symbolic link.</summary>
    /// <exception cref="HostException">It does not exist, or its status cannot be determined.</exception>
    public static FileStatus OfPath(string path) =>
        Of(FileCalls.AtCurrentFolder, path, FileCalls.AtSymlinkNoFollow, path, mayMiss: false);

    /// <summary>The status of a path, without following a symbolic link; the default value if it does not exist.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static FileStatus OfPathOrMissing(string path) =>
        Of(FileCalls.AtCurrentFolder, path, FileCalls.AtSymlinkNoFollow, path, mayMiss: true);

    /// <summary>The status of what a path leads to.</summary>
    /// <exception cref="HostException">It does not exist, or its status cannot be determined.</exception>
    public static FileStatus OfTarget(string path) => Of(FileCalls.AtCurrentFolder, path, 0, path, mayMiss: false);

    /// <summary>The status of what a path leads to; the default value if it does not exist.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static FileStatus OfTargetOrMissing(string path) =>
        Of(FileCalls.AtCurrentFolder, path, 0, path, mayMiss: true);

    internal static FileStatus Of(Descriptor file, string path) =>
        Of(file.Number, "", AtEmptyPath, path, mayMiss: false);

    // A missing file is an everyday answer, and an exception costs a phase one fiftieth of its time.
    private static FileStatus Of(int folder, string name, int flags, string path, bool mayMiss)
    {
        byte* stat = stackalloc byte[StructSize];
        if (FileCalls.StatX(folder, name, flags, Wanted, stat) != 0)
        {
            HostException failure = HostException.LastError($"cannot examine {path}");
            return mayMiss && failure.IsNotFound ? default : throw failure;
        }

        return new(
            *(ushort*)(stat + ModeOffset),
            *(uint*)(stat + LinksOffset),
            *(uint*)(stat + OwnerOffset),
            *(ulong*)(stat + InodeOffset),
            *(uint*)(stat + DeviceMajorOffset),
            *(uint*)(stat + DeviceMinorOffset),
            *(ulong*)(stat + SizeOffset),
            *(FileTime*)(stat + ModifiedOffset),
            *(FileTime*)(stat + ChangedOffset)
        );
    }
}

/// <summary>struct statx_timestamp.</summary>
/// <param name="Seconds">Seconds since 1970.</param>
/// <param name="Nanoseconds">The nanoseconds in addition.</param>
public readonly record struct FileTime(long Seconds, uint Nanoseconds);
