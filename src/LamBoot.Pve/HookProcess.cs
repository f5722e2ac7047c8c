namespace LamBoot.Pve;

/// <summary>This process, as Proxmox VE started it.</summary>
public static class HookProcess
{
    /// <summary>Sets the umask to 022, whatever was inherited: files and folders then have the modes they are made with.</summary>
    public static void FixUmask() => _ = Libc.UMask(0x12);

    /// <summary>
    /// Ends the process at once, its children with it. Other threads may hang in a system call, so nothing is waited for.
    /// </summary>
    public static void Abandon(int exitCode)
    {
        ChildProcess.KillAll();
        Libc.Exit(exitCode);
    }
}
