using System.Globalization;
using System.Text;
using LamBoot.Linux.Files;

namespace LamBoot.Linux.Processes;

/// <summary>The current boot of the host.</summary>
public static class HostBoot
{
    private const string IdFile = "/proc/sys/kernel/random/boot_id";
    private const int MaximumSize = 64;

    private const string UptimeFile = "/proc/uptime"; // in seconds, including sleep, like the start times of processes

    private static string? _id;
    private static DateTimeOffset? _at;

    /// <summary>
    /// Its ID, different after each boot. It tells traces of a process from those of one with the same PID in an earlier boot.
    /// </summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static string Id => _id ??= Encoding.ASCII.GetString(FileReader.ReadProc(IdFile, MaximumSize)).Trim();

    /// <summary>When it began, by the current clock; computed once.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static DateTimeOffset At => _at ??= DateTimeOffset.UtcNow - Uptime();

    private static TimeSpan Uptime()
    {
        string text = Encoding.ASCII.GetString(FileReader.ReadProc(UptimeFile, MaximumSize));
        return double.TryParse(text.Split(' ')[0], CultureInfo.InvariantCulture, out double seconds)
            ? TimeSpan.FromSeconds(seconds)
            : throw new HostException($"cannot read the host's uptime from {UptimeFile}");
    }
}
