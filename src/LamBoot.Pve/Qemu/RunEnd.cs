using LamBoot.Linux;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Qemu;

/// <summary>What ended a VM's QEMU.</summary>
public enum RunEnd
{
    /// <summary>The guest powered itself off.</summary>
    Guest,

    /// <summary>The host asked the guest to.</summary>
    Shutdown,

    /// <summary>The host ended QEMU.</summary>
    Stop,
}

/// <summary>The words of what ended a QEMU, and how a post-stop finds it out.</summary>
public static class RunEnds
{
    private static readonly string[] Words = ["guest", "shutdown", "stop"];

    /// <summary>The word, in records.</summary>
    public static string Word(this RunEnd end) => Words[(int)end];

    /// <summary>The end of a word; null for a word that is none's.</summary>
    public static RunEnd? Parse(string? word) => Array.IndexOf(Words, word) is >= 0 and int end ? (RunEnd)end : null;

    /// <summary>
    /// What ended the QEMU of a VM whose post-stop this is, by the processes that started us: qmeventd's
    /// <c>qm cleanup VMID CLEAN GUEST</c>, or a task's worker, whose title is its UPID.
    /// </summary>
    /// <param name="vmid">The VM.</param>
    /// <returns>What did; null where none of them says: QEMU was killed, or crashed.</returns>
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
            // not known, then
        }

        return null;
    }

    /// <summary>What a process's command line says of a VM's end; null for nothing.</summary>
    internal static RunEnd? Of(IReadOnlyList<string> arguments, int vmid)
    {
        if (arguments.Count == 0)
        {
            return null;
        }

        // "task UPID:NODE:PID:PSTART:STARTTIME:TYPE:VMID:USER:", cut off or padded by what the title had room for.
        string[] upid = arguments[0].Split(':');
        if (upid is ["task UPID", _, _, _, _, var type, var id, ..] && id == $"{vmid}")
        {
            return OfTask(type);
        }

        return OfCleanup(arguments, $"{vmid}");
    }

    /// <summary>Tasks of Proxmox VE (PVE::API2::Qemu), by their type in the UPID.</summary>
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
