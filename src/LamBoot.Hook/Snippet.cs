using System.Globalization;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;

namespace LamBoot.Hook;

/// <summary>
/// The snippet that Proxmox VE runs as the hookscript and that waits for this program (<c>hookscripts/lamboot-hook</c>). It gives its
/// process id in <c>LAMBOOT_SNIPPET</c>, and is told by signals what an exit code cannot tell.
/// </summary>
internal static class Snippet
{
    private const string Variable = "LAMBOOT_SNIPPET";

    private static bool IsParent =>
        Environment.GetEnvironmentVariable(Variable) == ThisProcess.Parent.ToString(CultureInfo.InvariantCulture);

    /// <summary>From here on what this process exits with is the chained hookscript's.</summary>
    public static void NotifyChained()
    {
        if (IsParent)
        {
            ThisProcess.SignalParent((int)SnippetSignal.Chained);
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
            ThisProcess.CloseInherited(ConfigLock.InPath);
            ThisProcess.SignalParent((int)(exitCode == 0 ? SnippetSignal.MayStart : SnippetSignal.MustNotStart));
        }
    }

    /// <summary>What the snippet is told by a signal.</summary>
    private enum SnippetSignal
    {
        /// <summary>SIGUSR1: what the process exits with is the chained hookscript's.</summary>
        Chained = 10,

        /// <summary>SIGUSR2: exit with 1, and do not wait.</summary>
        MustNotStart = 12,

        /// <summary>SIGALRM: exit with 0, and do not wait.</summary>
        MayStart = 14,
    }
}
