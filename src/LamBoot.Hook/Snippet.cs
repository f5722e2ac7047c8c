using System.Globalization;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;

namespace LamBoot.Hook;

/// <summary>
/// The snippet that Proxmox VE runs as the hookscript and that waits for this program (<c>hookscripts/lamboot-hook</c>). It passes its
/// process ID in <c>LAMBOOT_SNIPPET</c>; signals tell it what an exit code cannot.
/// </summary>
internal static class Snippet
{
    private const string Variable = "LAMBOOT_SNIPPET";

    private static bool IsParent =>
        Environment.GetEnvironmentVariable(Variable) == ThisProcess.Parent.ToString(CultureInfo.InvariantCulture);

    /// <summary>Tells the snippet that from now on this process's exit code is the chained hookscript's.</summary>
    public static void NotifyChained()
    {
        if (IsParent)
        {
            ThisProcess.SignalParent((int)SnippetSignal.Chained);
        }
    }

    /// <summary>
    /// Tells the snippet to stop waiting. A thread hung in the kernel keeps this process from ending; descriptors that would make Proxmox
    /// VE wait for it are closed, the lock's too.
    /// </summary>
    /// <param name="exitCode">The snippet's exit code: 0 or 1.</param>
    public static void LetGo(int exitCode)
    {
        if (IsParent)
        {
            ThisProcess.CloseInherited(ConfigLock.InPath);
            ThisProcess.SignalParent((int)(exitCode == 0 ? SnippetSignal.MayStart : SnippetSignal.MustNotStart));
        }
    }

    /// <summary>The signals that the snippet understands.</summary>
    private enum SnippetSignal
    {
        /// <summary>SIGUSR1: the process's exit code is the chained hookscript's.</summary>
        Chained = 10,

        /// <summary>SIGUSR2: exit with 1 without waiting.</summary>
        MustNotStart = 12,

        /// <summary>SIGALRM: exit with 0 without waiting.</summary>
        MayStart = 14,
    }
}
