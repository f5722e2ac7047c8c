using static System.IO.UnixFileMode;

namespace LamBoot.Linux.Libc;

/// <summary>The permissions that files are given, and are looked at for (chmod(2)).</summary>
public static class Permissions
{
    /// <summary>0600: what may hold a secret.</summary>
    public const int OwnerOnly = (int)(UserRead | UserWrite);

    /// <summary>0640: a log, for those who watch the host.</summary>
    public const int GroupMayRead = OwnerOnly | (int)GroupRead;

    /// <summary>0644: what others read, such as QEMU.</summary>
    public const int AllMayRead = GroupMayRead | (int)OtherRead;

    /// <summary>0755: a folder that all may look into.</summary>
    public const int Folder = AllMayRead | (int)(UserExecute | GroupExecute | OtherExecute);

    /// <summary>0444: what lets all read.</summary>
    public const int ReadableByAll = (int)(UserRead | GroupRead | OtherRead);

    /// <summary>022: what lets others than the owner write.</summary>
    public const int WritableByOthers = (int)(GroupWrite | OtherWrite);

    /// <summary>07777: all of them.</summary>
    public const int All = Folder | WritableByOthers | (int)(StickyBit | SetGroup | SetUser);
}
