using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace LamBoot.Faults.Judging;

/// <summary>The whole content of a host tree, by path: to see what a run changed, and to start over.</summary>
public sealed partial class TreeState
{
    private readonly string _root;

    private TreeState(string root) => _root = root;

    /// <summary>The files and folders, by their path in the tree. Symbolic links are omitted: no run creates any.</summary>
    public SortedDictionary<string, Entry> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>The current state of a tree.</summary>
    public static TreeState Of(string root)
    {
        TreeState state = new(root);
        state.Add(new DirectoryInfo(root));
        return state;
    }

    /// <summary>Restores the tree to this state.</summary>
    public void Restore()
    {
        TreeState now = Of(_root);
        foreach (string path in now.Entries.Keys.Except(Entries.Keys).Reverse())
        {
            Delete(_root + path);
        }

        foreach ((string path, Entry entry) in Entries)
        {
            Restore(_root + path, entry, now.Entries.GetValueOrDefault(path));
        }
    }

    /// <summary>A file's text, or null if there is none.</summary>
    public string? Text(string path) =>
        Entries.GetValueOrDefault(path)?.Content is { } content ? Encoding.UTF8.GetString(content) : null;

    /// <summary>The names of files, without what differs between runs.</summary>
    public HashSet<string> Names() =>
        [
            .. Entries
                .Where(entry => entry.Value.Content is not null && IsTold(entry.Key))
                .Select(entry => Canonical(entry.Key)),
        ];

    /// <summary>What two runs that did the same have in common.</summary>
    /// <param name="isCounted">Which paths count.</param>
    public string Key(Func<string, bool> isCounted)
    {
        StringBuilder key = new();
        foreach ((string path, Entry entry) in Entries.Where(entry => isCounted(entry.Key)))
        {
            key.Append(CultureInfo.InvariantCulture, $"{Canonical(path)} {entry.Mode} {entry.Canonical}\n");
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key.ToString())));
    }

    /// <summary>A text without the times and process IDs of one run.</summary>
    public static string Canonical(string text) =>
        Process().Replace(Temporary().Replace(Time().Replace(text, "TIME"), ".lamboot-PID"), "$1PID");

    // Files in /run persist, but temporary ones only for a moment.
    private static bool IsTold(string path) =>
        !path.StartsWith("/run/", StringComparison.Ordinal)
        || path.Contains(".lamboot-", StringComparison.Ordinal)
        || path.EndsWith(".raw", StringComparison.Ordinal);

    private void Add(DirectoryInfo folder)
    {
        foreach (FileSystemInfo info in folder.EnumerateFileSystemInfos())
        {
            if (info.LinkTarget is not null)
            {
                continue;
            }

            Entries[info.FullName[_root.Length..]] = Entry.Of(info);
            if (info is DirectoryInfo below)
            {
                Add(below);
            }
        }
    }

    private static void Restore(string path, Entry wanted, Entry? there)
    {
        if (there is not null && (there.Content is null) != (wanted.Content is null))
        {
            Delete(path);
            there = null;
        }

        if (wanted.Content is null)
        {
            Directory.CreateDirectory(path);
        }
        else if (there?.Content is null || !there.Content.AsSpan().SequenceEqual(wanted.Content))
        {
            File.Delete(path); // a new file: no descriptor of an old run refers to it
            wanted.WriteTo(path);
            there = null;
        }

        if (there?.Mode != wanted.Mode)
        {
            File.SetUnixFileMode(path, wanted.Mode);
        }
    }

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    [GeneratedRegex(@"20\d\d-?\d\d-?\d\d[T ][\d:.]+Z?")]
    private static partial Regex Time();

    [GeneratedRegex(@"\.lamboot-\d+")]
    private static partial Regex Temporary();

    [GeneratedRegex(@"(process |/proc/|pipe:\[)\d+")]
    private static partial Regex Process();
}
