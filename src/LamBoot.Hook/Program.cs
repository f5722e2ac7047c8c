using LamBoot.Fleet;
using LamBoot.Fleet.Text;
using LamBoot.Hook.Identity;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;
using LamBoot.Linux.Terminal;

namespace LamBoot.Hook;

/// <summary>
/// <c>lamboot-hook</c>, which Proxmox VE runs as root at every start and stop of a VM. The phases are the hot path, so this program
/// contains nothing else. Any other command line is handed over to <c>lamboot-hook-commands</c>.
/// </summary>
internal static class Program
{
    private const int Failure = 1;

    private static int Main(string[] args)
    {
        CommandLine line = new(args);
        return line is { Words: [string vmid, string phase] } && PhaseName.IsPhase(vmid, phase) && !IsMistyped(phase)
                ? PhaseCall.Run(line.Root, line.FleetPath, vmid, phase)
            : UntilRead.Is(line.Words) ? UntilRead.Run(line)
            : ExecCommands(args);
    }

    /// <summary>
    /// Whether a phase is a typo: an unknown one, entered at a terminal. Proxmox VE, which may add phases, runs hookscripts without a
    /// terminal.
    /// </summary>
    private static bool IsMistyped(string phase) =>
        !PhaseName.IsKnown(phase) && StandardIo.Error.TerminalSize is not null;

    private static int ExecCommands(string[] args)
    {
        string folder = Path.GetDirectoryName(Environment.ProcessPath) ?? "/usr/bin";
        string beside = $"{folder}/{LamBootPaths.Commands}";
        string path = FileQuery.Exists(beside)
            ? beside
            : Path.GetFullPath($"{folder}/{LamBootPaths.InstalledCommands}");
        string failure = ThisProcess.Exec(path, "lamboot-hook", args);
        StandardIo.Error.WriteLine(
            $"lamboot-hook: {SafeText.EscapeLine(failure)}; install it beside {folder}/lamboot-hook"
        );
        return Failure;
    }
}
