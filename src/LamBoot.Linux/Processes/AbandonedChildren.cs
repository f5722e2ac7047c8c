using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>
/// Killed children. Each remains a zombie until it is waited for, and one that hangs in the kernel ends only when the kernel lets go, so
/// they are checked again whenever another child is started.
/// </summary>
internal static unsafe class AbandonedChildren
{
    private const int UsualMilliseconds = 200;

    private static readonly List<int> Ids = [];

    /// <summary>Adds a killed child, and waits as long as its end usually takes.</summary>
    /// <param name="id">Its process ID.</param>
    /// <param name="end">A descriptor that becomes readable once it has ended; null if not available.</param>
    public static void Add(int id, Descriptor? end)
    {
        ProcessCalls.PollFd watched = new() { Fd = end?.Number ?? -1, Events = ProcessCalls.PollIn };
        _ = ProcessCalls.Poll(&watched, 1, UsualMilliseconds);
        lock (Ids)
        {
            Ids.Add(id);
        }

        Reap();
    }

    /// <summary>Reaps those that have ended since.</summary>
    public static void Reap()
    {
        lock (Ids)
        {
            Ids.RemoveAll(id => ProcessCalls.WaitPid(id, out _, ProcessCalls.WaitNoHang) != 0);
        }
    }
}
