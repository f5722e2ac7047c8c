using System.CommandLine;
using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Commands;

/// <summary><c>lamboot-hook restore</c>: puts a backup of a stopped VM's store back. What it was meanwhile is a backup too.</summary>
internal static class RestoreCommand
{
    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "restore",
            """
            Puts a backup of a stopped VM's variable store back: the newest, or the one that is named.

            Example: lamboot-hook restore 900
            """
        );
        Argument<int> vmid = Commands.VmidArgument(ArgumentArity.ExactlyOne);
        Option<string> backup = new("--backup")
        {
            Description = "The backup, one of /var/lib/lamboot/backup",
            HelpName = "FILE",
        };
        command.Arguments.Add(vmid);
        command.Options.Add(backup);
        command.SetAction(result =>
        {
            Restore(options.Root(result), result.GetValue(vmid), result.GetValue(backup));
            return 0;
        });
        return command;
    }

    private static void Restore(HostRoot root, int vmid, string? named)
    {
        StoreBackups backups = new(root, vmid);
        using StoreEdit edit = StoreEdit.Open(root, vmid);
        string backup =
            named
            ?? (backups.All() is [string newest, ..] ? newest : null)
            ?? throw new HostException($"VM {vmid} has no backup in /var/lib/lamboot/backup");
        byte[] before = backups.Read(backup);
        byte[] now = edit.ReadBytes(before.Length);
        StoreLayout.ThrowIfOther(before, now, backup);
        if (before.AsSpan().SequenceEqual(now))
        {
            StandardIo.Output.WriteLine($"VM {vmid}: the store is as in {SafeText.Escape(backup)} already");
            return;
        }

        string kept = edit.Write(before);
        StandardIo.Output.WriteLine(
            $"VM {vmid}: the store of {SafeText.Escape(backup)} is back; what it was is {kept}"
        );
    }
}
