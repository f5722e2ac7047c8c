namespace LamBoot.Pve;

/// <summary>This process, as Proxmox VE started it.</summary>
public static class HookProcess
{
    /// <summary>Sets the umask to 022, whatever was inherited: files and folders then have the modes they are made with.</summary>
    public static void FixUmask() => _ = Libc.UMask(0x12);

    /// <summary>
    /// Becomes another hookscript, as Proxmox VE would have run it: the same parent, environment, standard streams, and no
    /// bound of ours in time. Returns only where that fails.
    /// </summary>
    /// <param name="path">The script.</param>
    /// <param name="name">How it is called: the path, for a script.</param>
    /// <param name="arguments">Its arguments: VMID and phase.</param>
    /// <returns>Why it cannot be run.</returns>
    public static string Become(string path, string name, params string[] arguments)
    {
        ChildProcess.KillAll();
        string?[] argv = [name, .. arguments, null];
        Libc.RestoreSignals(); // the runtime ignores SIGPIPE, and what is ignored stays so
        _ = Libc.Execv(path, argv);
        return HostException.LastError($"cannot run {path}").Message;
    }

    /// <summary>
    /// Ends the process at once, its children with it. Other threads may hang in a system call, so nothing is waited for.
    /// </summary>
    public static void Abandon(int exitCode)
    {
        ChildProcess.KillAll();
        Libc.Exit(exitCode);
    }
}
