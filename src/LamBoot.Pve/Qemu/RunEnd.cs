using LamBoot.Linux;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Qemu;

/// <summary>What ended a VM's QEMU.</summary>
public enum RunEnd
{
    /// <summary>The guest powered itself off.</summary>
    Guest,

    /// <summary>The host asked the guest to power off.</summary>
    Shutdown,

    /// <summary>The host terminated QEMU.</summary>
    Stop,
}

/// <summary>The words for what ended a QEMU, and how a post-stop finds out.</summary>
public static class RunEnds
{
    private static readonly string[] Words = ["guest", "shutdown", "stop"];

    /// <summary>The word, in records.</summary>
    public static string Word(this RunEnd end) => Words[(int)end];

    /// <summary>Parses such a word; null if it is unknown.</summary>
    public static RunEnd? Parse(string? word) => Array.IndexOf(Words, word) is >= 0 and int end ? (RunEnd)end : null;

    /// <summary>
    /// What ended the QEMU of the VM whose post-stop is running, according to the processes that started us: qmeventd's <c>qm cleanup VMID
    /// CLEAN GUEST</c>, or the worker of a task, whose process title is its UPID.
    /// </summary>
    /// <param name="vmid">The VM.</param>
    /// <returns>What ended it; null if none of them tells, because QEMU was killed or crashed.</returns>
    public static RunEnd? Find(int vmid)
    {
        try
        {
            foreach (int id in HostProcess.Ancestors())
            {
                if (Of(HostProcess.CommandLine(id), vmid) is { } end)
                {
                    return end;
                }
            }
        }
        catch (HostException)
        {
            // then it is unknown
        }

        return null;
    }

    /// <summary>What a process's command line tells about a VM's end; null for nothing.</summary>
    internal static RunEnd? Of(IReadOnlyList<string> arguments, int vmid)
    {
        if (arguments.Count == 0)
        {
            return null;
        }

        // "task UPID:NODE:PID:PSTART:STARTTIME:TYPE:VMID:USER:", truncated or padded to the room for the title
        string[] upid = arguments[0].Split(':');
        if (upid is ["task UPID", _, _, _, _, var type, var id, ..] && id == $"{vmid}")
        {
            return OfTask(type);
        }

        return OfCleanup(arguments, $"{vmid}");
    }

    /// <summary>The Proxmox VE task (PVE::API2::Qemu) by its type in the UPID.</summary>
    private static RunEnd? OfTask(string type) =>
        type switch
        {
            "qmshutdown" or "qmreboot" => RunEnd.Shutdown,
            "qmstop" => RunEnd.Stop,
            _ => null,
        };

    private static RunEnd? OfCleanup(IReadOnlyList<string> arguments, string vmid)
    {
        for (int i = 1; i + 3 < arguments.Count; i++)
        {
            if (arguments[i] == "cleanup" && arguments[i + 1] == vmid && Path.GetFileName(arguments[i - 1]) == "qm")
            {
                return (arguments[i + 2], arguments[i + 3]) switch
                {
                    ("1", "1") => RunEnd.Guest,
                    ("1", "0") => RunEnd.Stop,
                    _ => null,
                };
            }
        }

        return null;
    }
}
