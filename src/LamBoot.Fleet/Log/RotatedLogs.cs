using System.Globalization;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Fleet.Log;

/// <summary>The health log and what logrotate made of it.</summary>
public static class RotatedLogs
{
    private const string Compressed = ".gz";

    /// <summary>The log and what logrotate made of it: the newest last. Beside it are <c>.1</c>, <c>.2.gz</c> or <c>-20261127.gz</c>.</summary>
    /// <param name="path">The log, which may be missing.</param>
    /// <exception cref="HostException">Its folder cannot be read.</exception>
    public static IReadOnlyList<string> Files(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        IEnumerable<string> names = FileQuery.IsFolder(folder) ? HostFolder.Names(folder) : [];
        return
        [
            .. names
                .Select(name => (Name: name, Age: Age(name, Path.GetFileName(path))))
                .Where(file => file.Age is not null)
                .OrderByDescending(file => file.Age)
                .Select(file => $"{folder}/{file.Name}"),
            path,
        ];
    }

    /// <summary>How old a rotated log is beside the others; null for what is none. A number counts up with the age, a date down.</summary>
    private static long? Age(string name, string log)
    {
        if (name.Length <= log.Length + 1 || !name.StartsWith(log, StringComparison.Ordinal))
        {
            return null;
        }

        ReadOnlySpan<char> number = name.AsSpan(log.Length + 1);
        number = number.EndsWith(Compressed, StringComparison.Ordinal) ? number[..^Compressed.Length] : number;
        bool isNumber = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long value);
        return (isNumber, name[log.Length]) switch
        {
            (true, '.') => value,
            (true, '-') => long.MaxValue - value,
            _ => null,
        };
    }

    /// <summary>Whether logrotate has compressed a log.</summary>
    internal static bool IsCompressed(string path) => path.EndsWith(Compressed, StringComparison.Ordinal);
}
