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

/// <summary>Reads boot health from variable stores. Failures become part of the record, never exceptions.</summary>
/// <param name="root">The host.</param>
/// <param name="fleet">The fleet's configuration.</param>
/// <param name="phase">The hook's phase, or <c>monitor</c> or <c>inspect</c>.</param>
public sealed class HealthProbe(HostRoot root, FleetToml fleet, string phase)
{
    private readonly string _node = Node.Name(root);
    private readonly NodeStorages _storages = new(root);

    /// <summary>The limits of the verdict rules.</summary>
    public VerdictLimits Limits { get; init; } = VerdictLimits.Of(fleet.Config);

    /// <summary>What earlier surveys saw; null to ignore them.</summary>
    public BootSamples? Samples { get; init; }

    /// <summary>Where to save crashes found in stores; null to not save them.</summary>
    public CrashArchive? Archive { get; init; }

    /// <summary>Why the last crash could not be saved; null if it was, or if there was none.</summary>
    public string? ArchiveFault { get; private set; }

    /// <summary>The image read last; null if there was none.</summary>
    public StoreImage? Image { get; private set; }

    /// <summary>Its path; null if there was none.</summary>
    private string? _path;

    /// <summary>The firmware's boot count in the image read last; null if unknown.</summary>
    public uint? FirmwareBoots { get; private set; }

    /// <summary>The known boots of the VM read last; null if its store tells of none.</summary>
    public KnownBoots? Boots { get; private set; }

    /// <summary>A report on the image read last; null if there was none.</summary>
    public StoreReport? Store => Image is { } image ? StoreReport.Of(_path!, image) : null;

    /// <summary>Reads the health of a VM.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="power">Whether it is running.</param>
    /// <param name="ended">What a phase knows about the run that has just ended; null to use the saved note on the last run.</param>
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
            Judge(
                read with
                {
                    Run = new VmRuns(root, vmid, Boots, Samples).Of(read, power, config.Lock == "backup", ended),
                }
            )
        );
    }

    /// <summary>What earlier surveys saw of a record's VM, oldest first.</summary>
    public IReadOnlyList<SeenBoots> SeenOf(HealthRecord record) =>
        record.Vmid is { } vmid ? Samples?.Of(vmid, record.Uuid, out _) ?? [] : [];

    /// <summary>The record with its current verdict.</summary>
    public HealthRecord Judge(HealthRecord record) => record.Judged(Limits, DateTimeOffset.UtcNow);

    /// <summary>Reads what a VM's store says, even if it tells of a boot of the clone's source; without a verdict.</summary>
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

        HealthRecord Once() => Read(about, () => EfiDisk.Read(_storages, vmid, volume, out _path));
        return power.IsRunning ? SettledRead.Of(Once, () => Image) : Once();
    }

    /// <summary>Saves the crash that was read, if requested, and adds the file's path to the record.</summary>
    private HealthRecord WithCrashFile(int vmid, HealthRecord record)
    {
        if (record.Crash is not { } crash || Image is not { } image)
        {
            return record;
        }

        ArchiveFault = Archive?.TryKeep(vmid, record.Uuid, image);
        return record with { CrashFile = (Archive ?? new(root)).Find(vmid, record.Uuid, crash) };
    }

    /// <summary>
    /// Whether the store is still the source's. A clone whose args point to another VM's document has not started; after that, its phases
    /// know which boots were its source's.
    /// </summary>
    private bool IsOfSource(int vmid, VmConfig config, VmPower power, HealthRecord read, KnownBoots boots) =>
        boots.IsNew
            ? !power.IsRunning && OpenedFiles.Of(config.Args, fleet.Config).IsOfAnother(vmid)
            : boots.IsOfSource(read, FirmwareBoots);

    /// <summary>
    /// The stamp of a VM's image, taken before its health is read; null if only reading can tell whether the image has changed.
    /// </summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="power">Whether it is running.</param>
    public ImageStamp? StampToRead(int vmid, VmConfig config, VmPower power)
    {
        Reading = About(vmid, config) with { QmpStatus = power.Status }; // its storage may hang right here
        ImageStamp? stamp = Stamp(config);
        Reading = null;
        return stamp;
    }

    /// <summary>The stamp that tells whether a VM's EFI disk has changed; null if only reading can tell.</summary>
    public ImageStamp? Stamp(VmConfig config) =>
        config.EfiVolume is { } volume ? EfiDisk.Stamp(_storages, volume) : null;

    /// <summary>Reads the health from an image without a VM.</summary>
    public HealthRecord ReadImage(string path) => Judge(Read(About(null), () => new StoreFile(_path = path).Read()));

    /// <summary>The record being read into, for a reader that gives up on it; null if none is being read.</summary>
    public HealthRecord? Reading { get; private set; }

    /// <summary>The record of a VM about which nothing could be read.</summary>
    public HealthRecord Unreadable(int vmid, string reason) => About(vmid).AsUnreadable(reason);

    /// <summary>A record with what the VM's configuration says, and nothing from its store.</summary>
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

    /// <summary>The fleet and role from fleet.toml or, if that is broken, those last given to the guest.</summary>
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
            HealthRecord read = about.With(image);
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
