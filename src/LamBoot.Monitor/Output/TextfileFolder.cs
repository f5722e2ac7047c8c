using System.Globalization;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;

namespace LamBoot.Monitor.Output;

/// <summary>Where node_exporter's textfile collector reads (<c>--textfile auto</c>).</summary>
internal static class TextfileFolder
{
    /// <summary>The word for it.</summary>
    public const string Auto = "auto";

    private const string Debians = "/var/lib/prometheus/node-exporter";
    private const string Flag = "collector.textfile.directory";
    private const string FileName = "lamboot.prom";

    private static readonly string[] Programs = ["node_exporter", "prometheus-node-exporter"];

    /// <summary>The file to write there: in the folder that a running node_exporter names, else in Debian's.</summary>
    /// <param name="root">The host.</param>
    /// <exception cref="HostException">There is no such folder.</exception>
    public static string File(HostRoot root)
    {
        string folder = root.Resolve(OfRunning(root) ?? Debians);
        return FileQuery.IsFolder(folder)
            ? Path.Combine(folder, FileName)
            : throw new HostException(
                $"--textfile auto: no such directory: {folder}: install prometheus-node-exporter, or name the file"
            );
    }

    /// <summary>The folder of an argument list; null where it is no node_exporter's, or names none.</summary>
    public static string? FolderOf(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || !Programs.Contains(Path.GetFileName(arguments[0])))
        {
            return null;
        }

        for (int index = 1; index < arguments.Count; index++)
        {
            string[] parts = arguments[index].TrimStart('-').Split('=', 2);
            if (parts[0] == Flag && arguments[index].StartsWith('-'))
            {
                string? folder = parts.Length == 2 ? parts[1] : arguments.ElementAtOrDefault(index + 1);
                return folder?.StartsWith('/') == true ? folder : null;
            }
        }

        return null;
    }

    /// <summary>Of a running one whose folder root's alone is: any user can run something of that name.</summary>
    private static string? OfRunning(HostRoot root)
    {
        foreach (string name in HostFolder.FolderNames("/proc").Where(name => name.All(char.IsAsciiDigit)))
        {
            if (FolderOf(Arguments(name)) is { } folder && IsOurs(root.Resolve(folder)))
            {
                return folder;
            }
        }

        return null;
    }

    private static bool IsOurs(string folder) =>
        FileStatus.OfTargetOrMissing(folder) is { IsFolder: true, IsOwn: true, IsWritableByOthers: false };

    private static string[] Arguments(string id)
    {
        try
        {
            return HostProcess.CommandLine(int.Parse(id, CultureInfo.InvariantCulture));
        }
        catch (HostException)
        {
            return []; // another user's, or gone
        }
    }
}
