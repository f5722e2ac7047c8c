using System.Globalization;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;

namespace LamBoot.Monitor.Output;

/// <summary>The folder of node_exporter's textfile collector (<c>--textfile auto</c>).</summary>
internal static class TextfileFolder
{
    /// <summary>The option value that selects it.</summary>
    public const string Auto = "auto";

    private const string Debians = "/var/lib/prometheus/node-exporter";
    private const string Flag = "collector.textfile.directory";
    private const string FileName = "lamboot.prom";

    private static readonly string[] Programs = ["node_exporter", "prometheus-node-exporter"];

    /// <summary>The file to write: in the folder of a running node_exporter, else in Debian's.</summary>
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

    /// <summary>The folder in an argument list; null if it is not node_exporter's, or has none.</summary>
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

    /// <summary>The folder of a running one, if only root can write to it: any user can run something with that name.</summary>
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
            return []; // another user's, or ended
        }
    }
}
