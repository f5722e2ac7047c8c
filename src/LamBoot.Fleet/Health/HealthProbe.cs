using LamBoot.Fleet.Config;
using LamBoot.Fleet.Crashes;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.Log;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
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

    /// <summary>The limits of the verdict's rules.</summary>
    public VerdictLimits Limits { get; init; } = VerdictLimits.Of(fleet.Config);

    /// <summary>What earlier surveys saw; null where that does not count.</summary>
    public BootSamples? Samples { get; init; }

    /// <summary>Where crashes are kept that are read; null where they are not.</summary>
    public CrashArchive? Archive { get; init; }

    /// <summary>Why a crash that was read last could not be kept; null where it could, or there was none.</summary>
    public string? ArchiveFault { get; private set; }

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
    /// <param name="power">Whether it runs.</param>
    /// <param name="ended">What a phase knows of the run that has just ended; null for what is noted of the last one.</param>
    public HealthRecord ReadVm(int vmid, VmConfig config, VmPower power, RunNote? ended = null)
    {
        HealthRecord read = ReadStore(vmid, config, power);
        if (read.Store is null)
        {
            return Judge(read);
        }

        Boots = KnownBoots.Read(root, fleet.Config, vmid, config);
        HealthError? error =
            !read.HasBoot ? null
            : Boots.Fault is { } fault
                ? new(HealthErrorKind.Unreadable, $"{fault}; cannot tell whose boot the store records")
            : IsOfSource(vmid, config, power, read, Boots)
                ? new(
                    HealthErrorKind.NotStarted,
                    "LamBoot has not run since this VM was cloned; its store still describes its source"
                )
            : null;
        if (error is not null)
        {
            return Judge(About(vmid, config) with { QmpStatus = power.Status, Error = error });
        }

        return WithCrashFile(
            vmid,
            Judge(read with { Run = new VmRuns(root, vmid, Boots, Samples).Of(read, power, ended) })
        );
    }

    /// <summary>What earlier surveys saw of a record's VM, the oldest first.</summary>
    public IReadOnlyList<SeenBoots> SeenOf(HealthRecord record) =>
        record.Vmid is { } vmid ? Samples?.Of(vmid, record.Uuid, out _) ?? [] : [];

    /// <summary>A record with its verdict of now.</summary>
    public HealthRecord Judge(HealthRecord record) => record.Judged(Limits, DateTimeOffset.UtcNow);

    /// <summary>What a VM's store says, be it of a boot of the VM that this one was cloned from; without a verdict.</summary>
    /// <inheritdoc cref="ReadVm(int, VmConfig, VmPower, RunNote?)"/>
    public HealthRecord ReadStore(int vmid, VmConfig config, VmPower power)
    {
        HealthRecord about = About(vmid, config) with { QmpStatus = power.Status };
        Image = null;
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
                Error = new(HealthErrorKind.NoEfiDisk, "the VM has no efidisk0, so nothing is kept between boots"),
            };
        }

        HealthRecord read = Read(about, () => EfiDisk.Read(_storages, vmid, volume, out _path));
        bool isOdd = read.Warning is not null || read.Error is { Kind: not HealthErrorKind.NoLamBootVariables };
        if (power.IsRunning && isOdd && Image is not null)
        {
            // The firmware may have been in the midst of a reclaim, which takes less than that.
            Thread.Sleep(RereadMilliseconds);
            read = Read(about, () => EfiDisk.Read(_storages, vmid, volume, out _path));
        }

        return read;
    }

    /// <summary>Keeps the crash that was read, where that is wanted, and names the file where it is kept.</summary>
    private HealthRecord WithCrashFile(int vmid, HealthRecord record)
    {
        if (record.Crash is not { } crash || Image is not { } image)
        {
            return record;
        }

        ArchiveFault = Archive?.TryKeep(vmid, image);
        return record with { CrashFile = (Archive ?? new(root)).Find(vmid, crash) };
    }

    /// <summary>A clone whose args name another VM's document has not started; later its phases know what was its source's.</summary>
    private bool IsOfSource(int vmid, VmConfig config, VmPower power, HealthRecord read, KnownBoots boots) =>
        boots.IsNew
            ? !power.IsRunning && OpenedFiles.Of(config.Args, fleet.Config).IsOfAnother(vmid)
            : boots.IsOfSource(read, FirmwareBoots);

    /// <summary>The stamp of a VM's image from before its health is read; null where only reading tells whether the image has changed.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="power">Whether it runs.</param>
    public ImageStamp? StampToRead(int vmid, VmConfig config, VmPower power)
    {
        Reading = About(vmid, config) with { QmpStatus = power.Status }; // its storage may hang here already
        ImageStamp? stamp = Stamp(config);
        Reading = null;
        return stamp;
    }

    /// <summary>What tells whether a VM's EFI disk has changed; null where only reading it does.</summary>
    public ImageStamp? Stamp(VmConfig config) =>
        config.EfiVolume is { } volume ? EfiDisk.Stamp(_storages, volume) : null;

    /// <summary>The health that an image alone holds.</summary>
    public HealthRecord ReadImage(string path) => Judge(Read(About(null), () => new StoreFile(_path = path).Read()));

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
        (Image, FirmwareBoots, Boots, ArchiveFault) = (null, null, null, null);
        Reading = about;
        try
        {
            StoreImage image = load();
            Image = image;
            bool isOpen = VariableStore.TryOpen(image.Bytes, image.Size, out VariableStore store, out NvramError error);
            HealthRecord read = isOpen ? about.With(store) : about.With(error);
            FirmwareBoots = read.Store?.FirmwareBoots;
            return read;
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
