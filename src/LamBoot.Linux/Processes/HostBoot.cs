using System.Text;
using LamBoot.Linux.Files;

namespace LamBoot.Linux.Processes;

/// <summary>This run of the host, from its boot on.</summary>
public static class HostBoot
{
    private const string IdFile = "/proc/sys/kernel/random/boot_id";
    private const int MaximumSize = 64;

    private static string? _id;

    /// <summary>Its id, another one after each boot. By it what a process left is told from what one of the same number left.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static string Id => _id ??= Encoding.ASCII.GetString(FileReader.ReadProc(IdFile, MaximumSize)).Trim();
}
