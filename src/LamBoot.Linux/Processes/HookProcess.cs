using System.Globalization;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>What the snippet is told by a signal.</summary>
public enum ParentSignal
{
    /// <summary>SIGUSR1: what the process exits with is the chained hookscript's.</summary>
    Chained = 10,

    /// <summary>SIGUSR2: exit with 1, and do not wait.</summary>
    MustNotStart = 12,

    /// <summary>SIGALRM: exit with 0, and do not wait.</summary>
    MayStart = 14,
}

/// <summary>This process, as Proxmox VE started it.</summary>
public static class HookProcess
{
    private const int FirstInherited = 3;

    /// <summary>The process id of who started us.</summary>
    public static int Parent => ProcessCalls.GetPPid();

    /// <summary>The process that started us.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static HostProcess FindParent() =>
        HostProcess.Find(Parent) ?? throw new HostException("the process that started the hook has ended");

    /// <summary>Sets the umask to 022, whatever was inherited: files and folders then have the modes they are made with.</summary>
    public static void FixUmask() => _ = FileCalls.UMask(0x12);

    /// <summary>Tells who started us.</summary>
    public static void SignalParent(ParentSignal signal) => _ = ProcessCalls.Kill(Parent, (int)signal);

    /// <summary>
    /// Runs another hookscript in our place, as Proxmox VE would have run it: the same parent, environment, standard streams, and no
    /// bound of ours in time. Returns only where that fails.
    /// </summary>
    /// <param name="path">The script.</param>
    /// <param name="name">How it is called: the path, for a script.</param>
    /// <param name="arguments">Its arguments: VMID and phase.</param>
    /// <returns>Why it cannot be run.</returns>
    public static string Exec(string path, string name, params string[] arguments)
    {
        ChildProcess.KillAll();
        Deadline.End();
        string?[] argv = [name, .. arguments, null];
        ProcessCalls.RestoreSignals(); // the runtime ignores SIGPIPE, and what is ignored stays so
        _ = ProcessCalls.Execv(path, argv);
        return HostException.LastError($"cannot run {path}").Message;
    }

    /// <summary>
    /// Closes what Proxmox VE waits for: the standard streams, pipes, and locks of VMs, whatever else was inherited. Not files of
    /// storages: closing one may hang as well.
    /// </summary>
    public static void CloseInherited()
    {
        const string Self = "/proc/self/fd";
        for (int standard = 0; standard < FirstInherited; standard++)
        {
            _ = FileCalls.Close(standard);
        }

        foreach (string name in HostFile.Names(Self))
        {
            string target = HostFile.ReadLink($"{Self}/{name}");
            bool isWaitedFor =
                target.StartsWith("pipe:", StringComparison.Ordinal)
                || target.StartsWith("socket:", StringComparison.Ordinal)
                || target.Contains("/lock/", StringComparison.Ordinal);
            if (isWaitedFor && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                _ = FileCalls.Close(number);
            }
        }
    }

    /// <summary>
    /// Ends the process at once, its children with it. Other threads may hang in a system call, so nothing is waited for.
    /// </summary>
    public static void Abandon(int exitCode)
    {
        ChildProcess.KillAll();
        ProcessCalls.Exit(exitCode);
    }
}
