using System.Globalization;
using LamBoot.Linux.Processes;

namespace LamBoot.Hook;

/// <summary>
/// The snippet that Proxmox VE runs as the hookscript and that waits for this program (<c>hookscripts/lamboot-hook</c>). It gives its
/// process id in <c>LAMBOOT_SNIPPET</c>, and is told by signals what an exit code cannot tell.
/// </summary>
internal static class Snippet
{
    private const string Variable = "LAMBOOT_SNIPPET";

    private static bool IsParent =>
        Environment.GetEnvironmentVariable(Variable) == HookProcess.Parent.ToString(CultureInfo.InvariantCulture);

    /// <summary>From here on what this process exits with is the chained hookscript's.</summary>
    public static void TellChained()
    {
        if (IsParent)
        {
            HookProcess.SignalParent(ParentSignal.Chained);
        }
    }

    /// <summary>
    /// The snippet need not wait any longer. A thread that hangs in the kernel keeps this process from ending; what Proxmox VE would
    /// wait for with it is closed, its lock too.
    /// </summary>
    /// <param name="exitCode">What the snippet is to exit with: 0 or 1.</param>
    public static void LetGo(int exitCode)
    {
        if (IsParent)
        {
            HookProcess.CloseInherited();
            HookProcess.SignalParent(exitCode == 0 ? ParentSignal.MayStart : ParentSignal.MustNotStart);
        }
    }
}
