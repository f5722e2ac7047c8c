using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Files;

/// <summary>A file without a name (memfd_create(2)): it ends with the process, however that ends.</summary>
public static class MemoryFile
{
    /// <summary>The name that a child has for the one that it is given.</summary>
    public const string InChild = "/proc/self/fd/3";

    /// <summary>Makes one.</summary>
    /// <param name="name">What /proc shows it as.</param>
    /// <exception cref="HostException">There is no memory or no descriptor to be had.</exception>
    public static Descriptor Create(string name)
    {
        const uint CloseOnExec = 1; // MFD_CLOEXEC
        int number = FileCalls.MemFdCreate(name, CloseOnExec);
        return number >= 0
            ? new(number, "a file in memory")
            : throw HostException.LastError("cannot make a file in memory");
    }

    /// <summary>The same file, opened to be written alone: for another program, which begins at its start.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="HostException">It cannot be opened.</exception>
    public static Descriptor OpenForWriting(Descriptor file) =>
        Descriptor.Open($"/proc/self/fd/{file.Number}", OpenFlags.WriteOnly | OpenFlags.CloseOnExec);
}
