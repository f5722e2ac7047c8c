namespace LamBoot.Commands;

/// <summary>
/// <c>lamboot-hook-commands</c>: what <c>lamboot-hook</c> executes when it is run by hand. It is a separate program, so that what Proxmox
/// VE runs at every start and stop of a VM does not include a command-line parser.
/// </summary>
internal static class Program
{
    private static int Main(string[] args) => CommandLine.Run(args);
}
