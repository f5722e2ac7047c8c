using LamBoot.Fleet.Text;
using LamBoot.Linux.Terminal;

namespace LamBoot.Commands.Selection;

/// <summary>Does something to VMs one after another. If one fails, the others are still processed.</summary>
/// <param name="act">Processes one VM and reports the result.</param>
internal sealed class EachVm(Action<int> act)
{
    private const string EraseLine = "\r\u001b[K";

    private readonly SortedDictionary<string, List<int>> _leftOut = [];
    private int _done;
    private int _failed;

    /// <summary>The closing message if there was more than one VM, given the numbers of skipped and failed ones.</summary>
    public Func<int, int, string>? Summary { get; init; }

    /// <summary>Processes the VMs.</summary>
    /// <param name="vmids">The VMs.</param>
    /// <param name="areNamed">Whether the user named each VMID: then a VM that does not qualify is a failure.</param>
    /// <returns>The exit code.</returns>
    public int Run(IReadOnlyList<int> vmids, bool areNamed)
    {
        foreach (int vmid in vmids)
        {
            ShowProgress(vmids.Count);
            Run(vmid, areNamed);
            _done++;
        }

        foreach ((string reason, List<int> leftOut) in _leftOut)
        {
            Say($"skipped {Plural.Word(leftOut.Count, "VM")} {string.Join(", ", leftOut)}: {reason}");
        }

        if (vmids.Count == 0)
        {
            Say("no matching VM on this node: nothing to do");
        }
        else if (vmids.Count > 1 && Summary is { } summary)
        {
            Say(summary(_leftOut.Values.Sum(leftOut => leftOut.Count), _failed));
        }

        ClearProgress();

        return _failed > 0 ? 1 : 0;
    }

    /// <summary>Prints a message on a line of its own.</summary>
    public static void Say(string text)
    {
        ClearProgress();
        StandardIo.Output.WriteLine(SafeText.EscapeLine(text));
    }

    private void Run(int vmid, bool isNamed)
    {
        try
        {
            act(vmid);
        }
        catch (UnfitException e) when (!isNamed)
        {
            List<int> others = _leftOut.GetValueOrDefault(e.Message) ?? [];
            _leftOut[e.Message] = [.. others, vmid];
        }
        catch (Exception e)
        {
            _failed++;
            ClearProgress();
            string reason = ErrorLog.Reason(e);
            bool namesVm = reason.StartsWith($"VM {vmid}", StringComparison.Ordinal);
            ErrorLog.Write(namesVm ? reason : $"VM {vmid}: error: {reason}");
        }
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
