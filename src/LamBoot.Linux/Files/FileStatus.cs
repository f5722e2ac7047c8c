using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Files;

/// <summary>What statx(2) says of an open file (include/uapi/linux/stat.h, struct statx: the same on every architecture).</summary>
internal readonly unsafe record struct FileStatus(
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
    private const int StructSize = 256;
    private const int LinksOffset = 16;
    private const int OwnerOffset = 20;
    private const int ModeOffset = 28;
    private const int InodeOffset = 32;
    private const int SizeOffset = 40;
    private const int ChangedOffset = 96;
    private const int ModifiedOffset = 112;
    private const int DeviceMajorOffset = 136;
    private const int DeviceMinorOffset = 140;
    private const uint Wanted = 0x1 | 0x2 | 0x4 | 0x8 | 0x40 | 0x80 | 0x100 | 0x200; // STATX_TYPE, _MODE, _NLINK, _UID, _MTIME, _CTIME, _INO, _SIZE
    private const int AtCurrentFolder = -100;
    private const int AtSymlinkNoFollow = 0x100;
    private const int AtEmptyPath = 0x1000;

    private const int TypeMask = 0xf000;

    /// <summary>Whether there is no such file: the default of this.</summary>
    public bool IsMissing => Mode == 0;

    public bool IsRegular => (Mode & TypeMask) == 0x8000;

    public bool IsBlockDevice => (Mode & TypeMask) == 0x6000;

    public bool IsFolder => (Mode & TypeMask) == 0x4000;

    public bool IsLink => (Mode & TypeMask) == 0xa000;

    /// <summary>Whether its group, or all, may write it (022).</summary>
    public bool IsWritableByOthers => (Mode & 0x12) != 0;

    /// <summary>Whether two are of the same file, by whatever paths.</summary>
    public bool IsSameFile(FileStatus other) =>
        (Inode, DeviceMajor, DeviceMinor) == (other.Inode, other.DeviceMajor, other.DeviceMinor);

    public static FileStatus Of(Descriptor file, string path) => Of(file.Number, "", AtEmptyPath, path);

    /// <summary>What a path is; a symbolic link is one, whatever it leads to.</summary>
    public static FileStatus OfPath(string path) => Of(AtCurrentFolder, path, AtSymlinkNoFollow, path);

    /// <summary>What a path is; the default where there is nothing.</summary>
    public static FileStatus OfPathOrMissing(string path)
    {
        try
        {
            return OfPath(path);
        }
        catch (HostException e) when (e.IsNotFound)
        {
            return default;
        }
    }

    /// <summary>What a path leads to.</summary>
    public static FileStatus OfTarget(string path) => Of(AtCurrentFolder, path, 0, path);

    private static FileStatus Of(int folder, string name, int flags, string path)
    {
        byte* stat = stackalloc byte[StructSize];
        if (FileCalls.StatX(folder, name, flags, Wanted, stat) != 0)
        {
            throw HostException.LastError($"cannot examine {path}");
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
internal readonly record struct FileTime(long Seconds, uint Nanoseconds);
