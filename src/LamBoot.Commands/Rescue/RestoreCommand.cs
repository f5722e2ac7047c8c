using System.CommandLine;
using LamBoot.Fleet;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Terminal;
using LamBoot.Pve.Store;

namespace LamBoot.Commands.Rescue;

/// <summary>
/// <c>lamboot-hook restore</c>: restores a backup of a stopped VM's store. The store that it replaces is backed up too, but that backup is
/// restored only if it is named: undone stays undone.
/// </summary>
internal static class RestoreCommand
{
    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "restore",
            """
            Restore a stopped VM's variable store to its state before the last change, or from the backup you name.

            Example: lamboot-hook restore 900
            """
        );
        Argument<int> vmid = ProgramOptions.Vmid(ArgumentArity.ExactlyOne);
        Option<string> backup = new("--backup") { Description = "Restore this backup (see --list)", HelpName = "NAME" };
        Option<bool> list = new("--list") { Description = "Only list the VM's backups, newest first" };
        command.Arguments.Add(vmid);
        command.Options.Add(backup);
        command.Options.Add(list);
        command.Validators.Add(result =>
        {
            if (result.GetResult(backup) is not null && result.GetValue(list))
            {
                result.AddError("expected --list or --backup NAME, not both");
            }
        });
        command.SetAction(result =>
        {
            HostRoot root = options.Root(result);
            int number = result.GetValue(vmid);
            if (result.GetValue(list))
            {
                List(root, number);
            }
            else
            {
                Restore(root, number, result.GetValue(backup));
            }

            return 0;
        });
        return command;
    }

    /// <summary>Where the store from before a change is, and how to restore it.</summary>
    public static string WhatPutsBack(int vmid, StoreBackup backup) =>
        $"previous store saved as {backup.Path}; to undo: lamboot-hook restore {vmid}";

    private static void List(HostRoot root, int vmid)
    {
        IReadOnlyList<StoreBackup> all = new StoreBackups(root, vmid, LamBootPaths.Backups).All();
        StoreBackup? usual = Usual(all);
        if (all.Count == 0)
        {
            StandardIo.Output.WriteLine($"VM {vmid}: no backups");
        }

        foreach (StoreBackup backup in all)
        {
            string time = backup.Time is { } at ? UtcText.Format(at) : "-";
            string kind = backup.IsOfRestore ? "before a restore" : "before a change";
            string mark = backup == usual ? $", used by 'lamboot-hook restore {vmid}'" : "";
            StandardIo.Output.WriteLine(SafeText.EscapeLine($"{backup.Name}  {time}  {kind}{mark}"));
        }
    }

    private static StoreBackup? Usual(IReadOnlyList<StoreBackup> all) => all.FirstOrDefault(one => !one.IsOfRestore);

    private static void Restore(HostRoot root, int vmid, string? named)
    {
        StoreBackups backups = new(root, vmid, LamBootPaths.Backups);
        using StoreEdit edit = StoreEdit.Open(root, vmid, LamBootPaths.Backups);
        StoreBackup backup = named is null
            ? Usual(backups.All()) ?? throw new HostException($"VM {vmid} has no backup of a change: nothing to undo")
            : backups.Find(named);
        byte[] before = backups.Read(backup);
        byte[] now = edit.ReadBytes(before.Length);
        StoreLayout.ThrowIfOther(before, now, backup.Path);
        if (before.AsSpan().SequenceEqual(now))
        {
            StandardIo.Output.WriteLine(
                $"VM {vmid}: the store already matches {backup.Path}; list others with: lamboot-hook restore {vmid} --list"
            );
            return;
        }

        StoreBackup kept = edit.Write(before, isRestore: true);
        StandardIo.Output.WriteLine($"VM {vmid}: restored {backup.Path}; previous state saved as {kept.Path}");
    }
}
