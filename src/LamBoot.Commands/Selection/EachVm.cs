using LamBoot.Fleet.Text;
using LamBoot.Linux.Terminal;

namespace LamBoot.Commands.Selection;

/// <summary>Does something to VMs one after another. A VM that fails does not keep the others from theirs.</summary>
/// <param name="act">What is done to one; it says what came of it.</param>
internal sealed class EachVm(Action<int> act)
{
    private const string EraseLine = "\r\u001b[K";

    private readonly SortedDictionary<string, List<int>> _leftOut = [];
    private int _done;
    private int _failed;

    /// <summary>What is said at the end where there was more than one VM: given how many were left out, and how many failed.</summary>
    public Func<int, int, string>? Summary { get; init; }

    /// <summary>Does it.</summary>
    /// <param name="vmids">The VMs.</param>
    /// <param name="areNamed">Whether each was asked for by its VMID: one that is not fit for it is a failure then.</param>
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

    /// <summary>Says something in a line of its own.</summary>
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
