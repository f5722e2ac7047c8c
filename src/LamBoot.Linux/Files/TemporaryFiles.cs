using System.Globalization;
using LamBoot.Linux.Processes;

namespace LamBoot.Linux.Files;

/// <summary>
/// The files by which others are replaced, beside them: <c>100.conf.mark-1234</c>, by the process that writes it. One whose process is gone is
/// left over: it was killed.
/// </summary>
/// <param name="mark">What stands between a file's name and the process's number, a program's own: <c>.mark-</c>.</param>
public sealed class TemporaryFiles(string mark)
{
    /// <summary>Removes those of a file that are left over. What is left all the same hinders nobody: each process has its own.</summary>
    /// <param name="path">The file.</param>
    public void RemoveLeftOvers(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        string prefix = Path.GetFileName(path) + mark;
        foreach (string name in NamesIfReadable(folder))
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && IsLeftOver(name.AsSpan(prefix.Length)))
            {
                AtomicFile.Remove($"{folder}/{name}");
            }
        }
    }

    /// <summary>Those in a folder that are left over.</summary>
    /// <param name="folder">The folder; one that is missing has none.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    public IReadOnlyList<string> LeftOvers(string folder) =>
        [
            .. HostFolder
                .NamesOrNone(folder)
                .Where(name =>
                    name.LastIndexOf(mark, StringComparison.Ordinal) is var at and >= 0
                    && IsLeftOver(name.AsSpan(at + mark.Length))
                )
                .Order(StringComparer.Ordinal)
                .Select(name => $"{folder}/{name}"),
        ];

    /// <summary>The one of a file for this process.</summary>
    internal string NameFor(string path) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}{mark}{Environment.ProcessId}");

    private static bool IsLeftOver(ReadOnlySpan<char> process) =>
        int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
        && (id == Environment.ProcessId || HostProcess.Find(id) is null);

    /// <summary>None of a folder that cannot be read: what is written into it next fails, and says why.</summary>
    private static List<string> NamesIfReadable(string folder)
    {
        try
        {
            return HostFolder.Names(folder);
        }
        catch (HostException)
        {
            return [];
        }
    }
}
