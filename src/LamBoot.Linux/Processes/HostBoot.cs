using System.Globalization;
using System.Text;
using LamBoot.Linux.Files;

namespace LamBoot.Linux.Processes;

/// <summary>This run of the host, from its boot on.</summary>
public static class HostBoot
{
    private const string IdFile = "/proc/sys/kernel/random/boot_id";
    private const int MaximumSize = 64;

    private const string UptimeFile = "/proc/uptime"; // seconds, sleep too, as the start times of processes count

    private static string? _id;
    private static DateTimeOffset? _at;

    /// <summary>Its id, another one after each boot. By it what a process left is told from what one of the same number left.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static string Id => _id ??= Encoding.ASCII.GetString(FileReader.ReadProc(IdFile, MaximumSize)).Trim();

    /// <summary>When it began, by the clock as it is now; the same each time it is asked.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static DateTimeOffset At => _at ??= DateTimeOffset.UtcNow - Uptime();

    private static TimeSpan Uptime()
    {
        string text = Encoding.ASCII.GetString(FileReader.ReadProc(UptimeFile, MaximumSize));
        return double.TryParse(text.Split(' ')[0], CultureInfo.InvariantCulture, out double seconds)
            ? TimeSpan.FromSeconds(seconds)
            : throw new HostException($"cannot read the host's uptime from {UptimeFile}");
    }
}
