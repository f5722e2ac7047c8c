using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Storage;
using LamBoot.Pve.Store;

namespace LamBoot.Monitor.Survey;

/// <summary>A VM whose configuration is read.</summary>
internal sealed record VmToRead(int Vmid, VmConfig Config, FleetToml Fleet)
{
    private VolumeId? Volume { get; } = Config.EfiVolume;

    /// <summary>What hangs together; a path of the host itself stands for its folder's file system.</summary>
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

    /// <summary>Whether it runs.</summary>
    public VmPower Power { get; set; } = VmPower.Stopped;

    /// <summary>How long its read took.</summary>
    public long TookMilliseconds { get; set; }

    /// <summary>When the image was read.</summary>
    public DateTimeOffset ReadAt { get; set; }

    /// <summary>The VM with its health. Of one that was given up nothing is known of Secure Boot either.</summary>
    public VmHealth With(HealthRecord record) =>
        new(record with { SecureBoot = record.SecureBoot ?? SecureBootKind.Unreadable }, IsAttached, Config.Uuid)
        {
            Quiet = Quiet,
        };
}
