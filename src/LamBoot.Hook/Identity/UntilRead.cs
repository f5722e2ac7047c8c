using System.Globalization;
using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.Leases;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;

namespace LamBoot.Hook.Identity;

/// <summary>
/// <c>lamboot-hook VMID until-read OWNER PROCESS START-TIME FILE…</c>: the background process that pre-start leaves at a clone's first
/// start. It restores the lent files as soon as QEMU has read them; otherwise it does nothing.
/// </summary>
internal static class UntilRead
{
    private const string Word = "until-read";
    private const int OwnerWord = 2;
    private const int ProcessWord = 3;
    private const int StartTimeWord = 4;
    private const int FirstFile = 5;

    // The lease ends by itself; this limit is for hangs.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Starts the background process. Without it, the files are restored when the start is over.</summary>
    /// <param name="root">The host.</param>
    /// <param name="fleetPath">The path of fleet.toml.</param>
    /// <param name="lease">The start's lease.</param>
    /// <param name="owner">The VM whose files were lent.</param>
    /// <param name="opened">The files that the start's QEMU opens.</param>
    public static void Begin(HostRoot root, string fleetPath, Lease lease, int owner, List<ChannelItem> opened)
    {
        HostProcess starter = lease.Starter;
        List<string> words = [$"{lease.Vmid}", Word, $"{owner}", $"{starter.Id}", $"{starter.StartTime}"];
        foreach (ChannelItem item in opened)
        {
            foreach (string file in item.Files)
            {
                words.Add(root.Resolve(file));
            }
        }

        words.Add($"--config={Path.GetFullPath(fleetPath)}");
        if (!root.IsHost)
        {
            words.Add($"--root={root.Resolve("")}");
        }

        try
        {
            ThisProcess.LeaveBehind(LamBootPaths.RootVariable, [.. words]);
        }
        catch (HostException)
        {
            // no process available
        }
    }

    /// <summary>Whether a command line is this one.</summary>
    public static bool Is(List<string> words) => words.Count > FirstFile && words[1] == Word;

    /// <summary>Runs it.</summary>
    /// <returns>The exit code, which nobody reads.</returns>
    public static int Run(CommandLine line)
    {
        ThisProcess.FixUmask();
        ThisProcess.EndAfter(Longest);
        List<string> words = line.Words;
        if (
            !Vmid.TryParse(words[0], out int vmid)
            || !Vmid.TryParse(words[OwnerWord], out int owner)
            || !int.TryParse(words[ProcessWord], NumberStyles.None, CultureInfo.InvariantCulture, out int process)
            || !ulong.TryParse(words[StartTimeWord], NumberStyles.None, CultureInfo.InvariantCulture, out ulong started)
        )
        {
            return 1;
        }

        try
        {
            FleetToml fleet = FleetToml.Read(line.FleetPath ?? line.Root.Resolve(LamBootPaths.FleetToml));
            Lease lease = Lease.Of(vmid, new(process, started));
            new LentUntilRead(line.Root, fleet.Config, lease, owner, words[FirstFile..]).Run();
            return 0;
        }
        catch (HostException)
        {
            return 1; // the files are restored when the start is over
        }
    }
}
