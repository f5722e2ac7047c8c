using LamBoot.Fleet.Text;
using LamBoot.Linux.Terminal;

namespace LamBoot.Hook;

/// <summary>The output of a phase: one short line per fact. Proxmox VE adds it to the task log without a prefix.</summary>
internal sealed class TaskLog(int vmid)
{
    /// <summary>The VM.</summary>
    public int Vmid => vmid;

    /// <summary>Whether something essential to the phase failed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Writes a line to standard error that belongs to no VM.</summary>
    public static void Warn(string text) => StandardIo.Error.WriteLine($"lamboot-hook: {text}");

    /// <summary>Reports what was done.</summary>
    public void Fact(string text) => StandardIo.Output.WriteLine(Line(text));

    /// <summary>Reports what an administrator should know although nothing failed.</summary>
    public void Note(string text) => StandardIo.Error.WriteLine(Line($"warning: {text}"));

    /// <summary>Reports a failure: the cause and how to fix it.</summary>
    public void Fail(string text)
    {
        HasFailed = true;
        StandardIo.Error.WriteLine(Line($"error: {text}"));
    }

    private string Line(string text) => $"lamboot-hook: VM {vmid}: {SafeText.EscapeLine(text)}";
}
