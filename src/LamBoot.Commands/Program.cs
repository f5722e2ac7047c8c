namespace LamBoot.Commands;

/// <summary>
/// <c>lamboot-hook-commands</c>: what <c>lamboot-hook</c> becomes when it is called by hand. It is a program of its own, so that what
/// Proxmox VE runs at every start and stop of a VM does not carry a command line's parser.
/// </summary>
internal static class Program
{
    private static int Main(string[] args) => CommandLine.Run(args);
}
