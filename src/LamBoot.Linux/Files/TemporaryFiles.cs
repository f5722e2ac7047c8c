using System.Globalization;
using LamBoot.Linux.Processes;

namespace LamBoot.Linux.Files;

/// <summary>
/// The temporary files that replace others, in the same folder: <c>100.conf.mark-1234</c>, with the ID of the writing process. If that process
/// no longer exists, it was killed and the file is a leftover.
/// </summary>
/// <param name="mark">The program's own text between the file name and the process ID: <c>.mark-</c>.</param>
public sealed class TemporaryFiles(string mark)
{
    /// <summary>Removes the leftovers of a file. Any that remain do no harm: each process has its own.</summary>
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

    /// <summary>The leftovers in a folder.</summary>
    /// <param name="folder">The folder; a missing one has none.</param>
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

    /// <summary>The temporary file of this process for a file.</summary>
    internal string NameFor(string path) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}{mark}{Environment.ProcessId}");

    /// <summary>
    /// The temporary file of a file that is written at each start and stop, in a folder with a file for each VM: to look through that for
    /// leftovers would cost more than the write. Of two writers at once, which the VM's lock keeps apart, one may lose.
    /// </summary>
    internal string OnlyNameFor(string path) => $"{path}{mark}0";

    private static bool IsLeftOver(ReadOnlySpan<char> process) =>
        int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
        && (id == Environment.ProcessId || HostProcess.Find(id) is null);

    /// <summary>The names in a folder; none if it cannot be read, because then the next write into it fails and says why.</summary>
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
