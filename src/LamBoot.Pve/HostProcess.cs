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
    private const int ParentField = 1;
    private const int StartTimeField = 19;

    /// <summary>Whether it still runs.</summary>
    public bool IsAlive => Find(Id) == this;

    /// <summary>The process of a number, or null.</summary>
    public static HostProcess? Find(int id) => Stat(id, StartTimeField) is { } time ? new(id, time) : null;

    /// <summary>The processes that started us: our parent, its parent, and so on.</summary>
    internal static IEnumerable<int> Ancestors()
    {
        int at = Libc.GetPPid();
        for (int depth = 0; depth < MaximumDepth && at > 0; depth++)
        {
            yield return at;
            at = (int)(Stat(at, ParentField) ?? 0);
        }
    }

    /// <summary>The numbers of a process's descriptors of files whose path ends so.</summary>
    internal static List<string> Descriptors(int id, string pathEnd)
    {
        string folder = $"/proc/{id}/fd";
        List<string> numbers = HostFile.Names(folder);
        numbers.RemoveAll(number =>
            !HostFile.ReadLink($"{folder}/{number}").EndsWith(pathEnd, StringComparison.Ordinal)
        );
        return numbers;
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

    /// <summary>A number of stat, its fields counted from 0 behind the name, which may hold anything; null without one.</summary>
    private static ulong? Stat(int id, int field)
    {
        ReadOnlySpan<char> stat = ReadProc($"/proc/{id}/stat");
        stat = stat[(stat.LastIndexOf(')') + 1)..].TrimStart();
        foreach (Range part in stat.Split(' '))
        {
            if (field-- == 0)
            {
                bool isNumber = ulong.TryParse(
                    stat[part],
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out ulong number
                );
                return isNumber ? number : null;
            }
        }

        return null;
    }
}
