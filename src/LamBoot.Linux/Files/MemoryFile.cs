using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Files;

/// <summary>A file without a name (memfd_create(2)), which ends with the process, however that ends.</summary>
public static class MemoryFile
{
    /// <summary>The path under which a child sees the file passed to it.</summary>
    public const string InChild = "/proc/self/fd/3";

    /// <summary>Creates the file.</summary>
    /// <param name="name">The name shown in /proc.</param>
    /// <exception cref="HostException">There is no memory or no descriptor left.</exception>
    public static Descriptor Create(string name)
    {
        const uint CloseOnExec = 1; // MFD_CLOEXEC
        int number = FileCalls.MemFdCreate(name, CloseOnExec);
        return number >= 0
            ? new(number, "a file in memory")
            : throw HostException.LastError("cannot make a file in memory");
    }

    /// <summary>Opens the same file for writing only, for another program, which writes from its start.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="HostException">It cannot be opened.</exception>
    public static Descriptor OpenForWriting(Descriptor file) =>
        Descriptor.Open($"/proc/self/fd/{file.Number}", OpenFlags.WriteOnly | OpenFlags.CloseOnExec);
}
