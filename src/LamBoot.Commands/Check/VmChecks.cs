using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.Leases;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Pve.Config;
using LamBoot.Pve.Storage;

namespace LamBoot.Commands.Check;

/// <summary>The checks of a VM.</summary>
internal sealed class VmChecks(HostRoot root, FleetToml fleet, CheckedVm vm)
{
    private readonly int _vmid = vm.Vmid;
    private readonly VmConfig _config = vm.Config;

    private string Document => fleet.Config.DocumentPath(_vmid);

    public IEnumerable<Finding> Run()
    {
        IEnumerable<Finding> other = ForeignHookscript();
        return vm.IsAttached
            ? [.. other, .. Firmware(), .. new ArgsChecks(root, fleet.Config, vm).Run(), .. DocumentFile()]
            : other;
    }

    private Finding Of(string id, string message, string fix) => FindingCatalogue.Of(id, _vmid, message, fix);

    /// <summary>Checks a foreign hookscript, which can also keep the VM from starting, and which attach would run into.</summary>
    private IEnumerable<Finding> ForeignHookscript()
    {
        if (_config.Hookscript is not { } volume || vm.HasHookscript)
        {
            yield break;
        }

        Hookscript script = Hookscript.Find(root, volume);
        if (!script.IsRunnable)
        {
            yield return Of(
                "vm-hookscript-unusable",
                $"hookscript {volume}: {script.Reason}",
                $"{(script.Fix is { } put ? $"{put}, or " : "")}qm set {_vmid} --delete hookscript; the VM will not start until then"
            );
        }

        if (Upstream.IsHookscript(volume))
        {
            yield return Of(
                "vm-upstream-hookscript",
                $"its hookscript is upstream's, {volume}",
                $"lamboot-hook attach {_vmid} replaces it with LamBoot Hook's"
            );
        }
    }

    private IEnumerable<Finding> Firmware()
    {
        if (!_config.IsOvmf)
        {
            yield return Of(
                "vm-not-ovmf",
                "it has no 'bios: ovmf', so LamBoot cannot run in it",
                $"lamboot-hook detach {_vmid}"
            );
        }
        else if (_config.EfiVolume is not { } volume)
        {
            yield return Of(
                "vm-no-efidisk",
                "it has no efidisk0, so its boot health is lost whenever it stops",
                $"qm set {_vmid} --efidisk0 STORAGE:0,efitype=4m"
            );
        }
        else if (new NodeStorages(root).WhyNone(volume) is { } reason)
        {
            yield return Of(
                "vm-efidisk-storage",
                $"efidisk0 {volume}: {reason}",
                "fix /etc/pve/storage.cfg, or move the disk to a storage of this node"
            );
        }
    }

    private IEnumerable<Finding> DocumentFile()
    {
        string path = root.Resolve(Document);
        if (!FileQuery.Exists(path))
        {
            yield break;
        }

        string fix = $"lamboot-hook attach {_vmid}, or let its next start rewrite it";
        IdentityDocument? document = null;
        string? reason = null;
        try
        {
            document = IdentityDocument.Read(path);
        }
        catch (HostException e)
        {
            reason = e.Message;
        }

        if (document is null)
        {
            yield return Of("vm-document-invalid", reason ?? $"{Document} is gone", fix);
            yield break;
        }

        FileStatus status = FileStatus.OfTarget(path);
        if ((status.Permissions & Permissions.ReadableByAll) != Permissions.ReadableByAll || status.IsWritableByOthers)
        {
            yield return Of(
                "vm-document-mode",
                $"{Document} has mode {Convert.ToString(status.Permissions, 8)}",
                $"chmod 0644 {Document}"
            );
        }

        bool isLent = new DocumentLeases(root, fleet.Config, _vmid).IsLent(_vmid);
        if (document.Vmid is { } named && named != $"{_vmid}")
        {
            if (!isLent)
            {
                yield return Of("vm-document-other", $"{Document} holds the identity of VM {named}", fix);
            }
        }
        else if (fleet.Errors.Count == 0 && document.IsOutdated(_vmid, _config, fleet.Config))
        {
            yield return Of(
                "vm-document-outdated",
                $"{Document} has fleet '{document.FleetId}', role '{document.Role}', but fleet.toml gives it '{fleet.Config.FleetId}', "
                    + $"'{fleet.Config.RoleOf(_vmid, _config.Tags)}'",
                fix
            );
        }
    }
}
