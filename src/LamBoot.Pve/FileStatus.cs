namespace LamBoot.Pve;

/// <summary>What statx(2) says of an open file (include/uapi/linux/stat.h, struct statx: the same on every architecture).</summary>
internal readonly unsafe record struct FileStatus(int Mode, ulong Inode, uint DeviceMajor, uint DeviceMinor)
{
    private const int Size = 256;
    private const int ModeOffset = 28;
    private const int InodeOffset = 32;
    private const int DeviceMajorOffset = 136;
    private const int DeviceMinorOffset = 140;
    private const uint TypeAndInode = 0x1 | 0x100; // STATX_TYPE | STATX_INO
    private const int AtEmptyPath = 0x1000;

    private const int TypeMask = 0xf000;

    public bool IsRegular => (Mode & TypeMask) == 0x8000;

    public bool IsBlockDevice => (Mode & TypeMask) == 0x6000;

    public static FileStatus Of(Descriptor file, string path)
    {
        byte* stat = stackalloc byte[Size];
        if (Libc.StatX(file.Number, "", AtEmptyPath, TypeAndInode, stat) != 0)
        {
            throw HostException.LastError($"cannot examine {path}");
        }

        return new(
            *(ushort*)(stat + ModeOffset),
            *(ulong*)(stat + InodeOffset),
            *(uint*)(stat + DeviceMajorOffset),
            *(uint*)(stat + DeviceMinorOffset)
        );
    }
}
