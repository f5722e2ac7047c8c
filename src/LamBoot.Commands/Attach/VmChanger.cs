using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Terminal;
using LamBoot.Pve.Config;
using LamBoot.Pve.Programs;

namespace LamBoot.Commands.Attach;

/// <summary>
/// Makes changes of VMs one after another, and says of each what came of it. A VM that fails does not keep the others from
/// theirs.
/// </summary>
/// <param name="root">The host.</param>
/// <param name="isDryRun">Whether changes are shown alone.</param>
internal sealed class VmChanger(HostRoot root, bool isDryRun)
{
    // Somebody else may edit the configuration between our look at it and qm's.
    private const int Attempts = 3;
    private const string EraseLine = "\r\u001b[K";

    private readonly SortedDictionary<string, List<int>> _leftOut = [];
    private int _done;
    private bool _hasFailed;

    /// <summary>Changes VMs.</summary>
    /// <param name="vmids">The VMs.</param>
    /// <param name="change">The change.</param>
    /// <param name="areNamed">Whether each was asked for by its VMID.</param>
    /// <returns>The exit code.</returns>
    public int Run(IReadOnlyList<int> vmids, IVmChange change, bool areNamed)
    {
        foreach (int vmid in vmids)
        {
            ShowProgress(vmids.Count);
            Run(vmid, change, areNamed);
            _done++;
        }

        foreach ((string reason, List<int> leftOut) in _leftOut)
        {
            Say($"skipped {Plural.Word(leftOut.Count, "VM")} {string.Join(", ", leftOut)}: {reason}");
        }

        if (vmids.Count == 0)
        {
            Say("no such VM on this node: nothing to do");
        }

        ClearProgress();

        return _hasFailed ? 1 : 0;
    }

    private void Run(int vmid, IVmChange change, bool isNamed)
    {
        try
        {
            Change(vmid, change);
        }
        catch (UnfitException e) when (!isNamed)
        {
            List<int> others = _leftOut.GetValueOrDefault(e.Message) ?? [];
            _leftOut[e.Message] = [.. others, vmid];
        }
        catch (Exception e)
        {
            _hasFailed = true;
            ClearProgress();
            StandardIo.Error.WriteLine($"lamboot-hook: VM {vmid}: error: {SafeText.EscapeLine(ErrorLog.Reason(e))}");
        }
    }

    private void Change(int vmid, IVmChange change)
    {
        for (int attempt = 1; ; attempt++)
        {
            VmConfig config = VmConfigFile.Open(root, vmid)?.Config ?? throw new HostException(WhyNone(vmid));
            VmChange planned = change.Plan(vmid, config);
            if (isDryRun)
            {
                Say($"{NameOf(vmid, config)}: {change.Preview(vmid, planned)}");
                return;
            }

            change.Before(vmid, config);
            if (planned.IsNothing || TrySet(vmid, planned, isLast: attempt == Attempts))
            {
                Say($"{NameOf(vmid, config)}: {change.Finish(vmid, planned)}");
                return;
            }
        }
    }

    private string WhyNone(int vmid)
    {
        _ = VmConfigFile.List(root); // throws where no VM has one: the host's configuration is not there
        return VmConfigFile.IsContainer(root, vmid)
            ? "it is a container: it has no UEFI firmware"
            : "there is no such VM on this node; qm list shows those that are";
    }

    private bool TrySet(int vmid, VmChange planned, bool isLast)
    {
        try
        {
            Qm.Set(root, vmid, planned.Options());
            return true;
        }
        catch (HostException) when (!isLast && !IsAsPlanned(vmid, planned))
        {
            return false; // it was changed meanwhile, so its digest is another: planned anew
        }
    }

    private bool IsAsPlanned(int vmid, VmChange planned) =>
        VmConfigFile.Open(root, vmid)?.Config.IsSame(planned.Config) == true;

    private static string NameOf(int vmid, VmConfig config) =>
        config.Name is { } name ? $"VM {vmid} ({SafeText.Escape(name)})" : $"VM {vmid}";

    private static void Say(string text)
    {
        ClearProgress();
        StandardIo.Output.WriteLine(SafeText.EscapeLine(text));
    }

    private void ShowProgress(int count)
    {
        if (count > 1 && StandardIo.Error.TerminalSize is not null)
        {
            StandardIo.Error.Write($"{EraseLine}{_done} of {Plural.Of(count, "VM")}");
        }
    }

    private static void ClearProgress()
    {
        if (StandardIo.Error.TerminalSize is not null)
        {
            StandardIo.Error.Write(EraseLine);
        }
    }
}
