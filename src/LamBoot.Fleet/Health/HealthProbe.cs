using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.Log;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Storage;
using LamBoot.Pve.Store;

namespace LamBoot.Fleet.Health;

/// <summary>
/// Reads boot health from variable stores. What fails is a fact of the record, never an exception.
/// </summary>
/// <param name="root">The host.</param>
/// <param name="fleet">The fleet's configuration.</param>
/// <param name="phase">The hook's phase, or <c>monitor</c> or <c>inspect</c>.</param>
public sealed class HealthProbe(HostRoot root, FleetToml fleet, string phase)
{
    private const int RereadMilliseconds = 100;

    private readonly string _node = Node.Name(root);
    private readonly NodeStorages _storages = new(root);

    /// <summary>Booting with this many crashes is critical.</summary>
    public int CrashThreshold { get; init; } = fleet.Config.CrashThreshold;

    /// <summary>The image read last; null where there was none to read.</summary>
    public StoreImage? Image { get; private set; }

    /// <summary>Where it was; null where there was none to read.</summary>
    private string? _path;

    /// <summary>How often the firmware of the image read last has booted; null where that is not known.</summary>
    public uint? FirmwareBoots { get; private set; }

    /// <summary>The known boots of the VM whose health was read last; null where its store tells of none.</summary>
    public KnownBoots? Boots { get; private set; }

    /// <summary>What the image read last is like; null where there was none to read.</summary>
    public StoreReport? Store => Image is { } image ? StoreReport.Of(_path!, image) : null;

    /// <summary>The health of a VM.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="power">QEMU's state, <see cref="QemuProcess.Stopped"/> where none runs.</param>
    public HealthRecord ReadVm(int vmid, VmConfig config, string power)
    {
        HealthRecord read = ReadStore(vmid, config, power);
        if (read.Status == HealthStatus.Unknown)
        {
            return read;
        }

        Boots = KnownBoots.Read(root, fleet.Config, vmid, config);
        HealthError? error =
            Boots.Fault is { } fault
                ? new(HealthErrorKind.Unreadable, $"{fault}; whose boot the store tells of is not known")
            : IsOfSource(vmid, config, power, read, Boots)
                ? new(
                    HealthErrorKind.NotStarted,
                    "LamBoot has not run since this VM was cloned; what its store says is its source's"
                )
            : null;
        return error is null ? read : About(vmid, config) with { QmpStatus = power, Error = error };
    }

    /// <summary>What a VM's store says, be it of a boot of the VM that this one was cloned from.</summary>
    /// <inheritdoc cref="ReadVm(int, VmConfig, string)"/>
    public HealthRecord ReadStore(int vmid, VmConfig config, string power)
    {
        HealthRecord about = About(vmid, config) with { QmpStatus = power };
        if (!config.IsOvmf)
        {
            return about with
            {
                Error = new(HealthErrorKind.NotOvmf, "the VM has no 'bios: ovmf', so no UEFI variables"),
            };
        }

        if (config.EfiVolume is not { } volume)
        {
            return about with
            {
                Error = new(
                    HealthErrorKind.NoEfiDisk,
                    "the VM has no efidisk0; without one nothing is kept between boots"
                ),
            };
        }

        HealthRecord read = Read(about, () => EfiDisk.Read(_storages, vmid, volume, out _path));
        if (power != QemuProcess.Stopped && (read.Error is not null || read.Warning is not null) && Image is not null)
        {
            // The firmware may have been in the midst of a reclaim, which takes less than that.
            Thread.Sleep(RereadMilliseconds);
            read = Read(about, () => EfiDisk.Read(_storages, vmid, volume, out _path));
        }

        return read;
    }

    /// <summary>A clone whose args name another VM's document has not started; later its phases know what was its source's.</summary>
    private bool IsOfSource(int vmid, VmConfig config, string power, HealthRecord read, KnownBoots boots) =>
        boots.IsNew
            ? power == QemuProcess.Stopped && OpenedFiles.Of(config.Args, fleet.Config).IsOfAnother(vmid)
            : boots.IsOfSource(read, FirmwareBoots);

    /// <summary>The health of a VM, and the stamp of its image from before it was read.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="power">QEMU's state, <see cref="QemuProcess.Stopped"/> where none runs.</param>
    /// <param name="stamp">The stamp; null where only reading tells whether the image has changed.</param>
    public HealthRecord ReadVm(int vmid, VmConfig config, string power, out ImageStamp? stamp)
    {
        Reading = About(vmid, config) with { QmpStatus = power }; // its storage may hang here already
        stamp = Stamp(config);
        Reading = null;
        return ReadVm(vmid, config, power);
    }

    /// <summary>What tells whether a VM's EFI disk has changed; null where only reading it does.</summary>
    public ImageStamp? Stamp(VmConfig config) =>
        config.EfiVolume is { } volume ? EfiDisk.Stamp(_storages, volume) : null;

    /// <summary>The health that an image alone holds.</summary>
    public HealthRecord ReadImage(string path) => Read(About(null), () => new StoreFile(_path = path).Read());

    /// <summary>What the VM's health is being read into, for a reader that gives up on it. Null while none is read.</summary>
    public HealthRecord? Reading { get; private set; }

    /// <summary>The record of a VM that nothing could be read of.</summary>
    public HealthRecord Unreadable(int vmid, string reason) => About(vmid).AsUnreadable(reason);

    /// <summary>A record of a VM with what its configuration says of it, and nothing of its store.</summary>
    public HealthRecord About(int vmid, VmConfig config)
    {
        (string fleetId, string role) = Membership(vmid, config);
        return About(vmid) with
        {
            Name = config.Name,
            Uuid = config.Uuid,
            FleetId = fleetId,
            Role = role,
            HasLocalTime = config.HasLocalTime,
        };
    }

    private HealthRecord About(int? vmid) =>
        new()
        {
            ObservedAt = UtcText.Format(DateTimeOffset.UtcNow),
            Phase = phase,
            Node = _node,
            Vmid = vmid,
        };

    /// <summary>Fleet and role by fleet.toml; where that is broken, those the guest was given last.</summary>
    private (string FleetId, string Role) Membership(int vmid, VmConfig config)
    {
        FleetConfig settings = fleet.Config;
        if (fleet.Errors.Count == 0)
        {
            return (settings.FleetId, settings.RoleOf(vmid, config.Tags));
        }

        try
        {
            IdentityDocument? last = IdentityDocument.Read(root.Resolve(settings.DocumentPath(vmid)));
            return (last?.FleetId ?? "", last?.Role ?? "");
        }
        catch (HostException)
        {
            return ("", "");
        }
    }

    private HealthRecord Read(HealthRecord about, Func<StoreImage> load)
    {
        (Image, FirmwareBoots, Boots) = (null, null, null);
        Reading = about;
        try
        {
            StoreImage image = load();
            Image = image;
            bool isOpen = VariableStore.TryOpen(image.Bytes, image.Size, out VariableStore store, out NvramError error);
            FirmwareBoots = isOpen ? BootCounter.Read(store) : null;
            return isOpen ? about.With(store, CrashThreshold) : about.With(error);
        }
        catch (HostException e) when (e.Kind == HostErrorKind.Timeout)
        {
            return about.AsTimedOut(e.Message);
        }
        catch (HostException e)
        {
            return about.AsUnreadable(e.Message) with { IsAbsent = e.IsNotFound };
        }
        finally
        {
            Reading = null;
        }
    }
}
