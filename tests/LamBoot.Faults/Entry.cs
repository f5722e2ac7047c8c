using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using LamBoot.Faults.Judging;

namespace LamBoot.Faults;

/// <summary>A file or folder in a tree.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Content">A file's bytes; null for a folder.</param>
/// <param name="Mode">Its permissions.</param>
public sealed partial record Entry(string Path, byte[]? Content, UnixFileMode Mode)
{
    private const int Large = 16 << 10;

    // Stores are reread only if they were written. We give them our own times, long past.
    private static readonly ConcurrentDictionary<(string, DateTime, long), Entry> Known = new();
    private static long _lastTime = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    private string? _canonical;

    /// <summary>Its content without the times and process IDs of one run.</summary>
    public string Canonical => _canonical ??= Content is null ? "folder" : CanonicalContent();

    /// <summary>Reads an entry from disk.</summary>
    public static Entry Of(FileSystemInfo info)
    {
        if (info is not FileInfo file)
        {
            return new(info.FullName, null, info.UnixFileMode);
        }

        return file.Length < Large
            ? new(file.FullName, File.ReadAllBytes(file.FullName), file.UnixFileMode)
            : Known.GetOrAdd(
                (file.FullName, file.LastWriteTimeUtc, file.Length),
                _ => new(file.FullName, File.ReadAllBytes(file.FullName), file.UnixFileMode)
            );
    }

    /// <summary>Whether two entries are the same except for the times and process IDs of one run.</summary>
    public bool IsLike(Entry? other) => other is not null && Canonical == other.Canonical;

    /// <summary>Writes it to disk again.</summary>
    public void WriteTo(string path)
    {
        File.WriteAllBytes(path, Content!);
        if (Content!.Length >= Large)
        {
            File.SetLastWriteTimeUtc(
                path,
                new(Interlocked.Add(ref _lastTime, TimeSpan.TicksPerSecond), DateTimeKind.Utc)
            );
        }
    }

    private string CanonicalContent()
    {
        if (Content!.Length >= Large)
        {
            return Convert.ToHexString(SHA256.HashData(Content));
        }

        string text = TreeState.Canonical(Encoding.Latin1.GetString(Content));
        bool hasNumbers =
            Path.Contains("/run/lamboot/", StringComparison.Ordinal)
            || Path.Contains("/lamboot/state/", StringComparison.Ordinal)
            || Path.EndsWith(".prom", StringComparison.Ordinal);
        return hasNumbers ? Numbers().Replace(text, "N") : text;
    }

    [GeneratedRegex(@"\d+\.\d+|\d{4,}")]
    private static partial Regex Numbers();
}
