using System.CommandLine;
using LamBoot.Commands.Rescue;
using LamBoot.Fleet;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Linux.Terminal;
using LamBoot.Pve.Config;
using LamBoot.Pve.Programs;
using LamBoot.Pve.Storage;
using LamBoot.Pve.Store;

namespace LamBoot.Commands.SecureBoot;

/// <summary>
/// <c>lamboot-hook apply</c>: gives a stopped VM a prepared store with Proxmox VE's own import, as a new volume; the old one becomes an
/// unused disk.
/// </summary>
internal static class ApplyCommand
{
    private const int Size4M = 540_672;
    private const int Size2M = 131_072;

    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "apply",
            """
            Replace a stopped VM's variable store with a prepared one, using Proxmox VE's own import.

            Example: lamboot-hook apply 900 --vars OVMF_VARS_lamboot.fd
            """
        );
        Argument<int> vmid = ProgramOptions.Vmid(ArgumentArity.ExactlyOne);
        Option<string> vars = new("--vars")
        {
            Description = "The prepared store: an OVMF_VARS image, qcow2 if its name ends in .qcow2, else raw",
            HelpName = "FILE",
            Required = true,
        };
        Option<bool> dryRun = ProgramOptions.DryRun();
        command.Arguments.Add(vmid);
        command.Options.Add(vars);
        command.Options.Add(dryRun);
        command.SetAction(result =>
        {
            string path = Path.GetFullPath(result.GetValue(vars)!);
            Apply(options.Root(result), result.GetValue(vmid), path, result.GetValue(dryRun));
            return 0;
        });
        return command;
    }

    private static void Apply(HostRoot root, int vmid, string path, bool isDryRun)
    {
        byte[] store = BoundedCall.Run(path, () => new StoreFile(path).ReadVolume());
        string[] set;
        string before;
        StoreBackup? backup;
        using (StoreEdit edit = StoreEdit.Open(root, vmid, LamBootPaths.Backups))
        {
            byte[] present = edit.Read();
            StoreLayout.ThrowIfOther(store, present, path);
            before = edit.Config.EfiDisk!;
            set = ["--efidisk0", Drive(vmid, edit, path, store.Length), "--digest", edit.Config.Digest()];
            backup = isDryRun ? null : new StoreBackups(root, vmid, LamBootPaths.Backups).Save(present);
        }

        if (backup is null)
        {
            StandardIo.Output.WriteLine(
                SafeText.EscapeLine($"VM {vmid}: would run: qm set {vmid} {string.Join(' ', set)}")
            );
            return;
        }

        Set(root, vmid, set, before, backup);
        StandardIo.Output.WriteLine(
            SafeText.EscapeLine(
                $"VM {vmid}: store replaced with {path}; previous store saved as {backup.Path} and as an unused disk of the VM"
            )
        );
        StandardIo.Error.WriteLine(
            $"lamboot-hook: VM {vmid}: warning: its boot entries now come from the new store; anything sealed to the old Secure Boot "
                + "state (BitLocker, LUKS with a TPM) will ask for its recovery key"
        );
    }

    /// <summary>
    /// Runs qm, which takes the lock itself. If it made no change, the backup is removed, because restore would take it for that of the last
    /// change.
    /// </summary>
    private static void Set(HostRoot root, int vmid, string[] options, string before, StoreBackup backup)
    {
        try
        {
            Qm.Set(root, vmid, options);
        }
        catch (HostException)
        {
            if (VmConfigFile.Open(root, vmid)?.Config.EfiDisk == before)
            {
                new StoreBackups(root, vmid, LamBootPaths.Backups).Remove(backup);
            }

            throw;
        }
    }

    /// <summary>
    /// The property string of <c>efidisk0</c> with an import on the same storage and the other properties kept. Proxmox VE requires efitype
    /// and pre-enrolled-keys along with it (PVE/API2/Qemu.pm), and would turn qcow2 into raw, which has no snapshots.
    /// </summary>
    private static string Drive(int vmid, StoreEdit edit, string path, int size)
    {
        string present = edit.Config.EfiDisk!;
        VolumeId? volume = VolumeId.FromDrive(present);
        if (volume is not { Storage.Length: > 0 } here)
        {
            throw new HostException(
                $"VM {vmid}'s efidisk0 is a path, not a storage volume: move it to a storage first"
            );
        }

        if (path.Contains(',', StringComparison.Ordinal))
        {
            throw new HostException($"{path} contains a comma, which drive options cannot hold: rename it");
        }

        string Kept(string key, string otherwise) =>
            Array.Find(present.Split(','), part => part.StartsWith(key + "=", StringComparison.Ordinal)) is { } part
                ? $",{part}"
                : otherwise;
        string type = size switch
        {
            Size4M => ",efitype=4m",
            Size2M => ",efitype=2m",
            _ => Kept("efitype", ",efitype=4m"),
        };
        string keys = Kept("pre-enrolled-keys", ",pre-enrolled-keys=0") + Kept("ms-cert", "");
        return $"{here.Storage}:0,import-from={path}{type}{keys},format={edit.Format}";
    }
}
