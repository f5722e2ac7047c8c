using System.Globalization;
using System.Text;

namespace LamBoot.Pve;

/// <summary>A process, told apart from a later one of the same number by when it started.</summary>
/// <param name="Id">Its number.</param>
/// <param name="StartTime">When it started, in clock ticks since the host did (proc(5), stat, field 22).</param>
public readonly record struct HostProcess(int Id, ulong StartTime)
{
    private const int MaximumProcFile = 16 << 20;
    private const int MaximumDepth = 64;

    /// <summary>Whether it still runs.</summary>
    public bool IsAlive => Find(Id) == this;

    /// <summary>The process of a number, or null.</summary>
    public static HostProcess? Find(int id) =>
        Stat(id) is { Length: > 19 } fields
        && ulong.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out ulong startTime)
            ? new(id, startTime)
            : null;

    /// <summary>Whether a process is one that started us, or that started one that did, and so on.</summary>
    internal static bool IsAncestor(int id) => id != Environment.ProcessId && SelfAndAncestors().Contains(id);

    /// <summary>This process, the one that started it, and so on.</summary>
    internal static IEnumerable<int> SelfAndAncestors()
    {
        yield return Environment.ProcessId;
        int at = Libc.GetPPid();
        for (int depth = 0; depth < MaximumDepth && at > 0; depth++)
        {
            yield return at;
            at = Stat(at) is { Length: > 1 } fields && int.TryParse(fields[1], out int parent) ? parent : 0;
        }
    }

    /// <summary>The numbers of a process's descriptors of files whose path ends so.</summary>
    internal static IEnumerable<string> Descriptors(int id, string pathEnd)
    {
        string folder = $"/proc/{id}/fd";
        return HostFile
            .Names(folder)
            .Where(number => HostFile.ReadLink($"{folder}/{number}").EndsWith(pathEnd, StringComparison.Ordinal));
    }

    /// <summary>A process for a person: its number and name.</summary>
    internal static string Describe(int id)
    {
        string name = ReadProc($"/proc/{id}/comm").TrimEnd();
        return name.Length == 0 ? $"process {id}" : $"process {id} ({name})";
    }

    /// <summary>Reads a file of /proc; empty where it cannot be read, the process being gone.</summary>
    internal static string ReadProc(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(HostFile.ReadStream(path, MaximumProcFile));
        }
        catch (HostException)
        {
            return "";
        }
    }

    /// <summary>The fields of stat from the third on: state, parent, …. The second, the name, may hold anything.</summary>
    private static string[] Stat(int id)
    {
        string stat = ReadProc($"/proc/{id}/stat");
        return stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
