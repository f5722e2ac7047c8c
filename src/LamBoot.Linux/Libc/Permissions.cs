using static System.IO.UnixFileMode;

namespace LamBoot.Linux.Libc;

/// <summary>The file permissions that are set or checked (chmod(2)).</summary>
public static class Permissions
{
    /// <summary>0600: for what may hold a secret.</summary>
    public const int OwnerOnly = (int)(UserRead | UserWrite);

    /// <summary>0640: for a log, read by those who monitor the host.</summary>
    public const int GroupMayRead = OwnerOnly | (int)GroupRead;

    /// <summary>0644: for what others read, such as QEMU.</summary>
    public const int AllMayRead = GroupMayRead | (int)OtherRead;

    /// <summary>0755: for a folder that everyone may access.</summary>
    public const int Folder = AllMayRead | (int)(UserExecute | GroupExecute | OtherExecute);

    /// <summary>0444: the bits that let everyone read.</summary>
    public const int ReadableByAll = (int)(UserRead | GroupRead | OtherRead);

    /// <summary>022: the bits that let others than the owner write.</summary>
    public const int WritableByOthers = (int)(GroupWrite | OtherWrite);

    /// <summary>07777: all of them.</summary>
    public const int All = Folder | WritableByOthers | (int)(StickyBit | SetGroup | SetUser);
}
