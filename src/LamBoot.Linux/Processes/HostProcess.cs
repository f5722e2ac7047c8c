using System.Globalization;
using System.Text;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>A process, distinguished from a later one with the same ID by its start time.</summary>
/// <param name="Id">Its process ID.</param>
/// <param name="StartTime">When it started, in clock ticks since the host booted (proc(5), stat, field 22).</param>
public readonly record struct HostProcess(int Id, ulong StartTime)
{
    private const int MaximumProcFile = 16 << 20;
    private const int MaximumDepth = 64;

    // Fields of stat, counted from 0 after the name.
    private const int StateField = 0;
    private const int ParentField = 1;
    private const int StartTimeField = 19;

    private const int TicksPerSecond = 100; // USER_HZ, on every architecture supported by Proxmox VE

    /// <summary>When it started.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public DateTimeOffset StartedAt => HostBoot.At.AddSeconds((double)StartTime / TicksPerSecond);

    /// <summary>Whether it is still running.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public bool IsAlive => Find(Id) == this;

    /// <summary>Finds a process by its ID; null if there is none, or only a zombie.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static HostProcess? Find(int id)
    {
        Stat stat = StatOf(id);
        bool isOver = stat.State is '\0' or 'Z' or 'X';
        return isOver ? null : new(id, stat.StartTime);
    }

    /// <summary>The processes that started us: our parent, its parent, and so on. Each is determined only when requested.</summary>
    /// <exception cref="HostException">They cannot be determined.</exception>
    public static IEnumerable<int> Ancestors()
    {
        int at = ProcessCalls.GetPPid();
        for (int depth = 0; at > 0 && depth < MaximumDepth; depth++)
        {
            yield return at;
            at = StatOf(at).Parent;
        }
    }

    /// <summary>Whether a process is one of those that started us.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static bool IsAncestor(int id)
    {
        foreach (int ancestor in Ancestors())
        {
            if (ancestor == id)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The IDs of all processes.</summary>
    /// <exception cref="HostException">They cannot be determined.</exception>
    public static List<int> All()
    {
        List<int> all = [];
        foreach (string name in HostFolder.FolderNames("/proc"))
        {
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                all.Add(id);
            }
        }

        return all;
    }

    /// <summary>Whether a process is root's by each of its user IDs; its files in /proc may belong to root even if it is not.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static bool IsRoots(int id) =>
        ReadProc($"/proc/{id}/status")?.Contains("\nUid:\t0\t0\t0\t0\n", StringComparison.Ordinal) == true;

    /// <summary>A process's descriptors of files whose paths end in one of these texts; none if it has ended.</summary>
    /// <exception cref="HostException">They cannot be determined.</exception>
    public static List<string> Descriptors(int id, params string[] pathEnds)
    {
        string folder = $"/proc/{id}/fd";
        List<string> numbers = HostFolder.NamesOrNone(folder);
        numbers.RemoveAll(number =>
        {
            string path = FileQuery.ReadLink($"{folder}/{number}");
            return !Array.Exists(pathEnds, end => path.EndsWith(end, StringComparison.Ordinal));
        });
        return numbers;
    }

    /// <summary>Describes a process for people: its ID and, if readable, its name.</summary>
    public static string Describe(int id)
    {
        string name = "";
        try
        {
            name = ReadProc($"/proc/{id}/comm")?.TrimEnd() ?? "";
        }
        catch (HostException)
        {
            // the ID has to do
        }

        return name.Length == 0 ? $"process {id}" : $"process {id} ({name})";
    }

    /// <summary>Reads a file in /proc; null if there is none, or its process has ended.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static string? ReadProc(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(FileReader.ReadProc(path, MaximumProcFile));
        }
        catch (HostException e) when (e.Kind is HostErrorKind.NotFound or HostErrorKind.NoProcess)
        {
            return null;
        }
    }

    /// <summary>The arguments of a process, starting with its own name; empty if it has ended, or has none.</summary>
    /// <exception cref="HostException">They cannot be read.</exception>
    public static string[] CommandLine(int id) => ReadProc($"/proc/{id}/cmdline")?.TrimEnd('\0').Split('\0') ?? [];

    /// <summary>
    /// Whether a process is just becoming another program: it has an executable, and no command line yet. A kernel thread has neither.
    /// </summary>
    public static bool IsExecuting(int id)
    {
        try
        {
            return CommandLine(id) is [""] && FileQuery.ReadLink($"/proc/{id}/exe").Length > 0;
        }
        catch (HostException)
        {
            return false; // it has ended
        }
    }

    /// <summary>Parses stat after the name, which may contain anything; the default value if there is no such process.</summary>
    private static Stat StatOf(int id)
    {
        string path = $"/proc/{id}/stat";
        if (ReadProc(path) is not { } text)
        {
            return default;
        }

        ReadOnlySpan<char> behindName = text.AsSpan(text.LastIndexOf(')') + 1).TrimStart();
        Span<Range> fields = stackalloc Range[StartTimeField + 2];
        return behindName.Split(fields, ' ') > StartTimeField
            ? new(
                behindName[fields[StateField]][0],
                (int)Number(behindName[fields[ParentField]]),
                Number(behindName[fields[StartTimeField]])
            )
            : throw new HostException($"{path} has too few fields");
    }

    private static ulong Number(ReadOnlySpan<char> field) =>
        ulong.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : 0;

    private readonly struct Stat(char state, int parent, ulong startTime)
    {
        public readonly char State = state;
        public readonly int Parent = parent;
        public readonly ulong StartTime = startTime;
    }
}
