using LamBoot.Commands.Boot;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Crashes;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.Log;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Linux;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Commands.Inspect;

/// <summary>Gathers what <c>inspect</c> shows. It changes nothing.</summary>
internal sealed class Inspector(HostRoot root, FleetToml fleet)
{
    private const int LinesOfCrash = 10;

    private readonly HealthProbe _probe = new(root, fleet, "inspect") { Samples = BootSamples.Read(root) };

    private VmDevices? _devices;

    /// <summary>Inspects a VM on this node. If it is not available, the report's health says why.</summary>
    public InspectReport InspectVm(int vmid)
    {
        try
        {
            return VmConfigFile.Open(root, vmid) is { } file
                ? Inspect(vmid, file)
                : Unreadable(vmid, VmConfigFile.WhyNone(root, vmid));
        }
        catch (HostException e)
        {
            return Unreadable(vmid, e.Message);
        }
    }

    /// <summary>The report on a VM, or an image, whose storage does not answer.</summary>
    /// <param name="vmid">The VM; null for an image without a VM.</param>
    /// <param name="reason">What does not answer.</param>
    public InspectReport GivenUp(int? vmid, string reason) =>
        new()
        {
            Vmid = vmid,
            Failure = reason,
            Health = (_probe.Reading ?? _probe.Unreadable(vmid ?? 0, reason)).AsTimedOut(reason) with { Vmid = vmid },
        };

    /// <summary>Inspects an image without a VM. If it cannot be read, there is nothing to show.</summary>
    public InspectReport InspectImage(string path)
    {
        HealthRecord health = _probe.ReadImage(path);
        return new()
        {
            FirmwareVolume = _probe.Store,
            Health = health,
            Failure = _probe.Image is null ? health.Error?.ToString() : null,
        };
    }

    /// <summary>The last lines of the newest crash in the image read last; none if there is no crash.</summary>
    private IReadOnlyList<string> LastWords()
    {
        if (
            _probe.Image is not { } image
            || !VariableStore.TryOpen(image.Bytes, image.Size, out VariableStore store, out _)
            || CrashRecords.Newest(store) is not { } newest
        )
        {
            return [];
        }

        return [.. KeptCrash.Of(newest).SafeLines.TakeLast(LinesOfCrash)];
    }

    /// <summary>Returns a report with the variables of its image, if there is one.</summary>
    /// <param name="report">The report.</param>
    /// <param name="all">Whether to list the live variables.</param>
    /// <param name="raw">Whether to list all entries.</param>
    public InspectReport WithVariables(InspectReport report, bool all, bool raw) =>
        report with
        {
            SecureBoot = _probe.Image is { } image ? SecureBootReport.Read(image) : null,
            Boot = _probe.Image is { } store ? BootReport.Read(store, _devices) : null,
            LastWords = LastWords(),
            Variables = all ? List(raw: false) : null,
            Entries = raw ? List(raw: true) : null,
        };

    private IReadOnlyList<VariableReport> List(bool raw) =>
        _probe.Image is { } image ? VariableReport.ReadAll(image, raw) : [];

    private InspectReport Inspect(int vmid, VmConfigFile file)
    {
        _devices = new(file.Config);
        QemuProcess? running = QemuProcess.Find(root, vmid);
        (IdentityDocument? identity, string? identityError) = ReadIdentity(vmid);
        HealthRecord health = _probe.ReadVm(vmid, file.Config, VmPower.Of(root, vmid, running));
        return new()
        {
            Vmid = vmid,
            Name = file.Config.Name,
            Identity = identity,
            IdentityError = identityError,
            Exposure = Exposure(vmid, file.Config, running),
            FirmwareVolume = _probe.Store,
            Health = health,
        };
    }

    private InspectReport Unreadable(int vmid, string reason) =>
        new()
        {
            Vmid = vmid,
            Failure = reason,
            Health = _probe.Unreadable(vmid, reason),
        };

    private (IdentityDocument? Document, string? Error) ReadIdentity(int vmid)
    {
        try
        {
            return (IdentityDocument.Read(root.Resolve(fleet.Config.DocumentPath(vmid))), null);
        }
        catch (HostException e)
        {
            return (null, e.Message);
        }
    }

    private static IReadOnlyList<string> FilesOf(List<ChannelItem> items) =>
        [.. items.SelectMany(item => item.Files).Distinct()];

    private static IReadOnlyList<string> WordsOf(List<ChannelItem> items) =>
        [.. items.Select(item => item.Channel.Word())];

    private ExposureReport Exposure(int vmid, VmConfig config, QemuProcess? running)
    {
        GivenIdentity given = new(root, fleet.Config, vmid, config);
        List<ChannelItem> runningItems = running is null ? [] : [.. ChannelItems.In(QemuOption.In(running.Arguments))];
        List<ChannelItem> nextItems = ChannelItems.In(config.NextArgs);
        return new()
        {
            Document = fleet.Config.DocumentPath(vmid),
            Running = running is null ? null : WordOf(given.Running(runningItems)),
            RunningFiles = FilesOf(runningItems),
            RunningChannels = WordsOf(runningItems),
            Next = WordOf(given.Next().Document),
            NextFiles = FilesOf(nextItems),
            NextChannels = WordsOf(nextItems),
            NextFault = config.NextArgs.Fault,
        };
    }

    private static string WordOf(GivenDocument given) => given.ToString().ToLowerInvariant();
}
