using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>
/// Children that were killed. Each stays a zombie until it is waited for, and one that hangs in the kernel ends only when that lets
/// go: it is looked for again whenever another child is started.
/// </summary>
internal static unsafe class AbandonedChildren
{
    private const int UsualMilliseconds = 200;

    private static readonly List<int> Ids = [];

    /// <summary>Takes one that was killed, and waits as long as its end usually takes.</summary>
    /// <param name="id">Its process id.</param>
    /// <param name="end">What is readable once it has ended; null where that is not to be had.</param>
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

    /// <summary>Waits for those that have ended since.</summary>
    public static void Reap()
    {
        lock (Ids)
        {
            Ids.RemoveAll(id => ProcessCalls.WaitPid(id, out _, ProcessCalls.WaitNoHang) != 0);
        }
    }
}
