namespace LamBoot.Hook.Tests.Clones;

/// <summary>The processes that pre-start leaves behind for clones' starts in a tree.</summary>
internal static class Watchers
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>The process of a VM, once it is watching.</summary>
    public static int Of(HostTree tree, int vmid)
    {
        int found = 0;
        WaitUntil(() => (found = Find(tree, vmid)) != 0 && Descriptors(found).Contains("anon_inode:[fanotify]"));
        WaitUntil(() => IsAsleep(found));
        return found;
    }

    /// <summary>Waits until a VM's process has ended, or there is none.</summary>
    public static void WaitForEnd(HostTree tree, int vmid) => WaitUntil(() => Find(tree, vmid) == 0);

    /// <summary>Waits until a process has handled what happened to the files and waits for more.</summary>
    public static void Settle(int watcher)
    {
        long before = Sleeps(watcher);
        WaitUntil(() => HasEnded(watcher) || (Sleeps(watcher) > before + 1 && IsAsleep(watcher)));
    }

    public static void WaitUntil(Func<bool> condition) =>
        SpinWait.SpinUntil(condition, Longest).ShouldBeTrue("it came to nothing in a minute");

    /// <summary>The files that a process has open.</summary>
    public static List<string> Descriptors(int process)
    {
        try
        {
            return
            [
                .. Directory
                    .GetFiles($"/proc/{process}/fd")
                    .Select(file => new FileInfo(file).LinkTarget ?? "")
                    .Order(),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // it has ended
        }
    }

    public static int Find(HostTree tree, int vmid)
    {
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int process))
            {
                continue;
            }

            string[] words = ReadProc(process, "cmdline").Split('\0');
            if (
                words.Length > 2
                && words[1] == $"{vmid}"
                && words[2] == "until-read"
                && words.Contains($"--root={tree.Root}")
            )
            {
                return process;
            }
        }

        return 0;
    }

    public static string ReadProc(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>Whether a process has ended, even if it is a zombie.</summary>
    public static bool HasEnded(int process) =>
        ReadProc(process, "stat").Split(' ') is not { Length: > 2 } fields || fields[2] == "Z";

    private static bool IsAsleep(int process) =>
        ReadProc(process, "stat").Split(' ') is { Length: > 2 } fields && fields[2] == "S";

    private static long Sleeps(int process)
    {
        string[] lines = ReadProc(process, "status").Split('\n');
        string? line = Array.Find(lines, each => each.StartsWith("voluntary_ctxt_switches", StringComparison.Ordinal));
        return line is null ? long.MaxValue : long.Parse(line.AsSpan(line.IndexOf(':') + 1), null);
    }
}
