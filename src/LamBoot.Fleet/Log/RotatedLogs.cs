using System.Globalization;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Fleet.Log;

/// <summary>The health log and its rotated predecessors.</summary>
public static class RotatedLogs
{
    private const string Compressed = ".gz";

    /// <summary>The rotated logs (<c>.1</c>, <c>.2.gz</c> or <c>-20261127.gz</c>) and the log itself, newest last.</summary>
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

    /// <summary>The relative age of a rotated log; null if the file is not one. A number grows with age, a date shrinks.</summary>
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
