using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.Log;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Storage;
using LamBoot.Pve.Store;

namespace LamBoot.Monitor.Survey;

/// <summary>A VM whose configuration was read.</summary>
internal sealed record VmToRead(int Vmid, VmConfig Config, FleetToml Fleet)
{
    private VolumeId? Volume { get; } = Config.EfiVolume;

    /// <summary>What would hang together; for a path on the host itself, its folder's file system.</summary>
    public string Storage =>
        Volume is not { } volume ? ""
        : volume.Storage.Length > 0 ? volume.Storage
        : Path.GetDirectoryName(volume.Volume) ?? "/";

    public bool IsQcow2 => Volume?.Volume.EndsWith(".qcow2", StringComparison.Ordinal) == true;

    public bool IsAttached { get; } = GivenIdentity.IsAttached(Config);

    private Quiet Quiet { get; } =
        Config.IsTemplate ? Quiet.Template
        : Fleet.Config.IgnoreTags.Any(tag => Config.Tags.Contains(tag, StringComparer.OrdinalIgnoreCase))
            ? Quiet.IgnoredTag
        : Config.Lock is not null ? Quiet.Locked
        : Quiet.No;

    /// <summary>The image's stamp from before it was read.</summary>
    public ImageStamp? Stamp { get; set; }

    /// <summary>When its phases last wrote their notes, from before it was read.</summary>
    public PhaseNotes Notes { get; set; }

    /// <summary>Its power state.</summary>
    public VmPower Power { get; set; } = VmPower.Stopped;

    /// <summary>How long its read took.</summary>
    public long TookMilliseconds { get; set; }

    /// <summary>When the image was read.</summary>
    public DateTimeOffset ReadAt { get; set; }

    /// <summary>The VM with its health. If it was given up, its Secure Boot state is unknown too.</summary>
    public VmHealth With(HealthRecord record) =>
        new(record with { SecureBoot = record.SecureBoot ?? SecureBootKind.Unreadable }, IsAttached, Config.Uuid)
        {
            Quiet = Quiet,
        };
}
