using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Check;

/// <summary>The checks of a VM's args: whether its guest gets its identity through each channel, exactly once.</summary>
internal sealed class ArgsChecks(HostRoot root, FleetConfig fleet, CheckedVm vm)
{
    private readonly int _vmid = vm.Vmid;
    private readonly VmConfig _config = vm.Config;
    private readonly string _fix = $"lamboot-hook attach {vm.Vmid}";

    public IEnumerable<Finding> Run() => [.. Args(), .. Pending(), .. Snapshots()];

    private Finding Of(string id, string message, string fix) => FindingCatalogue.Of(id, _vmid, message, fix);

    private IEnumerable<Finding> Args()
    {
        if (_config.Args.Fault is { } fault)
        {
            return [Of("vm-args-faulty", $"args {fault}", $"fix it with qm set {_vmid} --args …")];
        }

        return [.. Items(), .. FixedVmid()];
    }

    private IEnumerable<Finding> Items()
    {
        List<ChannelItem> items = ChannelItems.In(_config.Args);
        if (items.Count == 0)
        {
            return vm.HasItem ? [] : [Missing("its guest gets no identity: args lacks the item")]; // it may be pending
        }

        if (items.GroupBy(item => item.Channel).FirstOrDefault(group => group.Count() > 1) is { } doubled)
        {
            return
            [
                Of(
                    "vm-item-duplicate",
                    $"args has {doubled.Count()} items of the channel {doubled.Key.Word()}: QEMU will not start",
                    _fix
                ),
            ];
        }

        return items.Any(item => item.Files.Count == 0)
            ? [Of("vm-item-without-file", "args has an item that names no file: QEMU will not start", _fix)]
            : [.. Files(items), .. Channels(items), .. Hook()];
    }

    private Finding Missing(string message) =>
        Of("vm-item-missing", message, vm.HasHookscript ? $"{_fix}, or let its next start add it" : _fix);

    private IEnumerable<Finding> Files(List<ChannelItem> items)
    {
        GivenIdentity given = new(root, fleet, _vmid, _config);
        OpenedFiles opened = given.By(_config.Args).Opened;
        string names = string.Join(", ", items.SelectMany(item => item.Files).Distinct());
        foreach (string file in opened.Outside)
        {
            yield return Of(
                "vm-item-outside",
                $"args points to {file}, which is not an identity file in {fleet.ConfigDir}",
                _fix
            );
        }

        if (opened.Owners.Count > 1)
        {
            yield return Of(
                "vm-item-mixed",
                $"args points to the identity files of several VMs ({string.Join(", ", opened.Owners)}): its start will be refused",
                _fix
            );
        }
        else if (opened.IsOfAnother(_vmid))
        {
            yield return Of(
                "vm-item-other",
                $"args points to {names}, VM {opened.Owner}'s identity file",
                vm.HasHookscript
                    ? $"its first start still gets its own identity; {_fix} points args to its own file"
                    : $"no LamBoot hookscript gives it its own identity: {_fix}"
            );
        }

        if (given.Next().Document == GivenDocument.Missing)
        {
            yield return Of(
                "vm-document-missing",
                $"args points to {names}, which does not exist: QEMU will not start",
                _fix
            );
        }
    }

    /// <summary>Compares the channels in args with those configured in fleet.toml.</summary>
    private IEnumerable<Finding> Channels(List<ChannelItem> items)
    {
        foreach (Channel channel in fleet.Channels.Where(channel => items.All(item => item.Channel != channel)))
        {
            if (new ChannelItems(fleet, [channel]).FilesOf(channel, _vmid).Count > 0 && !vm.HasPending(channel))
            {
                yield return Missing(
                    $"its guest gets no identity through the channel {channel.Word()}: args lacks the item"
                );
            }
        }

        foreach (ChannelItem item in items.Where(item => !fleet.Channels.Contains(item.Channel)))
        {
            yield return Of(
                "vm-item-superfluous",
                $"args has an item of the channel {item.Channel.Word()}, which is not in fleet.toml's channels",
                $"{_fix}, or let its next start remove it"
            );
        }
    }

    /// <summary>Finds a VMID that upstream's older hookscripts wrote into args; a clone inherits it from its source for good.</summary>
    private IEnumerable<Finding> FixedVmid()
    {
        foreach (string value in _config.Args.Options.SelectMany(option => option.All("value")))
        {
            if (
                value.StartsWith(Upstream.VmidString, StringComparison.Ordinal)
                && value != $"{Upstream.VmidString}{_vmid}"
            )
            {
                yield return Of(
                    "vm-fixed-vmid",
                    $"args passes '{value}' to its guest as an SMBIOS string",
                    $"remove it with qm set {_vmid} --args …, and add the channel smbios in fleet.toml"
                );
            }
        }
    }

    private IEnumerable<Finding> Hook() =>
        vm.HasHookscript
            ? []
            :
            [
                Of(
                    "vm-without-hookscript",
                    "it gets an identity, but no hookscript updates it or reads its health",
                    $"lamboot-hook attach {_vmid}, or lamboot-hook detach {_vmid}"
                ),
            ];

    private IEnumerable<Finding> Pending()
    {
        if (_config.PendingArgs is not { } pending)
        {
            return [];
        }

        if (pending.Fault is { } fault)
        {
            return [Of("vm-args-faulty", $"args of [PENDING] {fault}", $"fix it with qm set {_vmid} --args …")];
        }

        bool isRight = new ChannelItems(fleet, fleet.Channels).With(pending, _vmid).Text == pending.Text;
        return isRight
            ? []
            :
            [
                Of(
                    "vm-pending-item",
                    "the pending args, applied at its next stop, do not name its identity file exactly once",
                    $"{_fix}, or let its next stop fix it"
                ),
            ];
    }

    private IEnumerable<Finding> Snapshots()
    {
        foreach ((string snapshot, ArgsLine args) in _config.SnapshotArgs)
        {
            foreach (string file in ChannelItems.In(args).SelectMany(item => item.Files).Distinct())
            {
                if (!FileQuery.Exists(root.Resolve(file)))
                {
                    yield return Of(
                        "vm-snapshot-document",
                        $"snapshot '{snapshot}' points to {file}, which does not exist",
                        $"after a rollback the VM will not start until: lamboot-hook attach {_vmid}"
                    );
                }
            }
        }
    }
}
