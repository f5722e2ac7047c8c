using System.Runtime.InteropServices;

namespace LamBoot.Linux.Libc;

/// <summary>The flags of open(2) (asm-generic/fcntl.h): the same on every architecture except for the last two.</summary>
[Flags]
internal enum OpenFlags
{
    ReadOnly = 0,
    WriteOnly = 0x1,
    ReadWrite = 0x2,
    Create = 0x40,
    Exclusive = 0x80,
    NoControllingTerminal = 0x100,
    Truncate = 0x200,
    Append = 0x400,
    NonBlocking = 0x800,
    CloseOnExec = 0x8_0000,
    Directory = 1 << 29, // this enum's own value: see ToSystem
    NoFollow = 1 << 30,
}

/// <summary>The system's numbers for <see cref="OpenFlags"/>.</summary>
internal static class OpenFlagNumbers
{
    /// <summary>The number that open(2) takes. Native AOT knows the architecture at compile time.</summary>
    public static int ToSystem(this OpenFlags flags) => flags.ToSystem(RuntimeInformation.ProcessArchitecture);

    /// <summary>The number that open(2) takes on an architecture.</summary>
    public static int ToSystem(this OpenFlags flags, Architecture architecture)
    {
        bool isArm64 = architecture == Architecture.Arm64; // arch/arm64/include/uapi/asm/fcntl.h differs
        int number = (int)(flags & ~(OpenFlags.Directory | OpenFlags.NoFollow));
        number |=
            !flags.HasFlag(OpenFlags.Directory) ? 0
            : isArm64 ? 0x4000
            : 0x1_0000;
        return number
            | (
                !flags.HasFlag(OpenFlags.NoFollow) ? 0
                : isArm64 ? 0x8000
                : 0x2_0000
            );
    }
}
