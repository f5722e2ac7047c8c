using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.Leases;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Terminal;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Commands.Attach;

/// <summary>
/// <c>attach --clones</c>: gives every VM whose args point to another VM's identity files its own before its first start. A VM that is
/// starting, running or locked gets them from its hookscript at its next stop.
/// </summary>
/// <param name="root">The host.</param>
/// <param name="toml">The fleet's configuration.</param>
/// <param name="isDryRun">Whether to only report what would change.</param>
internal sealed class CloneAttachment(HostRoot root, FleetToml toml, bool isDryRun)
{
    private readonly FleetConfig _fleet = toml.Config;
    private readonly KnownConfigs _known = new(root, toml.Config.ConfigDir);
    private readonly ChannelItems _items = new(toml.Config, toml.Config.Channels);
    private bool _hasFailed;

    /// <summary>Checks every VM on the node whose configuration has changed.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        foreach (int vmid in VmConfigFile.List(root))
        {
            try
            {
                Look(vmid);
            }
            catch (HostException e)
            {
                _hasFailed = true;
                ErrorLog.Write($"VM {vmid}: error: {e.Message}");
            }
        }

        if (!isDryRun)
        {
            _known.Save();
        }

        return _hasFailed ? 1 : 0;
    }

    private void Look(int vmid)
    {
        string? stamp = VmConfigFile.Stamp(root, vmid);
        if (stamp is not null && _known.Has(vmid, stamp))
        {
            _known.Add(vmid, stamp);
            return;
        }

        if (VmConfigFile.Open(root, vmid) is not { } file)
        {
            return; // it was removed meanwhile
        }

        if (!IsClone(vmid, file.Config))
        {
            Know(vmid, stamp);
        }
        else if (isDryRun)
        {
            Say(vmid, file.Config, $"would write {_fleet.DocumentPath(vmid)} and point args to it");
        }
        else if (Attach(vmid, new UnstartedClone(root, toml, vmid, file.Config)))
        {
            Say(vmid, file.Config, $"args points to {_fleet.DocumentPath(vmid)}; takes effect at its first start");
        }
    }

    private bool IsClone(int vmid, VmConfig config) =>
        config.IsOvmf && OpenedFiles.Of(ChannelItems.In(config.Args), _fleet, root).Owners.Any(owner => owner != vmid);

    private void Know(int vmid, string? stamp)
    {
        if (stamp is not null)
        {
            _known.Add(vmid, stamp);
        }
    }

    /// <summary>Gives a VM its own files, unless someone is starting or changing it.</summary>
    private bool Attach(int vmid, UnstartedClone clone)
    {
        using ConfigLock configLock = ConfigLock.Take(root, vmid, TimeSpan.Zero);
        if (
            !configLock.IsOurs
            || VmConfigFile.Open(root, vmid) is not { Config.Lock: null } file
            || !IsClone(vmid, file.Config)
            || QemuProcess.Find(root, vmid) is not null
        )
        {
            return false;
        }

        IdentityDocument document = IdentityDocument.For(
            vmid,
            file.Config,
            _fleet,
            Node.Name(root),
            DateTimeOffset.UtcNow
        );
        new DocumentLeases(root, _fleet, vmid).WriteOwn(_ => document);
        clone.MarkSource();
        return file.EditArgs(args => _items.With(args, vmid), LamBootPaths.Temporary) == ConfigEdit.Replaced;
    }

    private static void Say(int vmid, VmConfig config, string text)
    {
        string name = config.Name is { } given ? $" ({SafeText.Escape(given)})" : "";
        StandardIo.Output.WriteLine($"VM {vmid}{name}: {SafeText.EscapeLine(text)}");
    }
}
