using LamBoot.Fleet.Text;
using LamBoot.Linux.Terminal;

namespace LamBoot.Hook;

/// <summary>What a phase says: one short line a fact. Proxmox VE puts it into the task's log, unprefixed.</summary>
internal sealed class TaskLog(int vmid)
{
    /// <summary>The VM.</summary>
    public int Vmid => vmid;

    /// <summary>Whether something failed that the phase is there for.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>A line on standard error that belongs to no VM.</summary>
    public static void Warn(string text) => StandardIo.Error.WriteLine($"lamboot-hook: {text}");

    /// <summary>What was done.</summary>
    public void Fact(string text) => StandardIo.Output.WriteLine(Line(text));

    /// <summary>What an administrator should know, though nothing failed.</summary>
    public void Note(string text) => StandardIo.Error.WriteLine(Line($"warning: {text}"));

    /// <summary>What failed: the cause and how to fix it.</summary>
    public void Fail(string text)
    {
        HasFailed = true;
        StandardIo.Error.WriteLine(Line($"error: {text}"));
    }

    private string Line(string text) => $"lamboot-hook: VM {vmid}: {SafeText.EscapeLine(text)}";
}
