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

    /// <summary>
    /// Reads the log from its end, some complete lines at a time, and then the one before it: logrotate leaves that uncompressed, so that
    /// its records are not out of reach once the log starts anew.
    /// </summary>
    /// <param name="path">The log; a missing one has no lines.</param>
    /// <param name="blockSize">The number of bytes to read first.</param>
    /// <param name="limit">The number of bytes after which to stop.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    internal static IEnumerable<ReadOnlyMemory<byte>> ReadLinesBackwards(string path, int blockSize, long limit)
    {
        foreach (ReadOnlyMemory<byte> lines in LogFile.ReadLinesBackwards(path, blockSize, limit))
        {
            limit -= lines.Length;
            yield return lines;
        }

        if (limit <= 0 || Files(path) is not [.., string before, _] || IsCompressed(before))
        {
            yield break;
        }

        using IEnumerator<ReadOnlyMemory<byte>> older = LogFile
            .ReadLinesBackwards(before, blockSize, limit)
            .GetEnumerator();
        while (HasNext(older))
        {
            yield return older.Current;
        }
    }

    /// <summary>Whether an older log has more lines. If it cannot be read, the newer one still counts.</summary>
    private static bool HasNext(IEnumerator<ReadOnlyMemory<byte>> older)
    {
        try
        {
            return older.MoveNext();
        }
        catch (HostException)
        {
            return false; // history and check say why
        }
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
    public static bool IsCompressed(string path) => path.EndsWith(Compressed, StringComparison.Ordinal);
}
