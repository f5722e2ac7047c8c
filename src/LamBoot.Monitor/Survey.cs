using System.Diagnostics;
using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Monitor;

/// <summary>
/// Reads the health of the node's VMs, each storage apart from the others. Every VM asked for appears, unreadable ones with
/// the reason. Of one survey to the next, what cannot have changed is not read again.
/// </summary>
internal sealed class Survey(HostRoot root, VmFilter filter, int? threshold)
{
    private const string Phase = "monitor";
    private const int ProgressMilliseconds = 250;

    private readonly List<StorageReader> _hanging = [];
    private Dictionary<int, KnownVm> _known = [];

    /// <summary>Reads the VMs.</summary>
    /// <param name="fleet">The fleet's configuration.</param>
    /// <param name="onProgress">Told from time to time how many of how many VMs are read.</param>
    public SurveyResult Read(FleetToml fleet, Action<int, int>? onProgress = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        HealthProbe probe = NewProbe(fleet);
        List<VmHealth> done = [];
        List<VmToRead> toRead = [];
        foreach (int vmid in filter.Vmids.Count > 0 ? filter.Vmids.Distinct() : VmConfigFile.List(root))
        {
            Sort(vmid, fleet, probe, toRead, done);
        }

        done.AddRange(ReadAll(toRead, fleet, onProgress));
        return new(done, filter) { Node = Node.Name(root), Duration = watch.Elapsed };
    }

    private HealthProbe NewProbe(FleetToml fleet) =>
        new(root, fleet, Phase) { CrashThreshold = threshold ?? fleet.Config.CrashThreshold };

    /// <summary>Opens a VM's configuration: it is to be read, or known already, or there is nothing to read.</summary>
    private void Sort(int vmid, FleetToml fleet, HealthProbe probe, List<VmToRead> toRead, List<VmHealth> done)
    {
        try
        {
            if (VmConfigFile.Open(root, vmid) is not { } file)
            {
                bool isGone = filter.Vmids.Count == 0; // since the list was made
                done.AddRange(isGone ? [] : [new(probe.Unreadable(vmid, "there is no such VM on this node"), false)]);
                return;
            }

            if (filter.Wants(file.Config.Tags, fleet.Config.RoleOf(vmid, file.Config.Tags)))
            {
                toRead.Add(new(vmid, file.Config, fleet));
            }
        }
        catch (HostException e)
        {
            done.Add(new(probe.Unreadable(vmid, e.Message), false));
        }
    }

    private List<VmHealth> ReadAll(List<VmToRead> vms, FleetToml fleet, Action<int, int>? onProgress)
    {
        ILookup<string, VmToRead> byStorage = vms.ToLookup(vm => vm.Storage);
        List<(StorageReader Reader, List<VmToRead> Vms)> readers = [];
        List<VmHealth> done = [];
        Dictionary<int, KnownVm> known = [];
        _hanging.RemoveAll(reader => !reader.Hangs);
        foreach (IGrouping<string, VmToRead> storage in byStorage)
        {
            if (_hanging.Any(reader => reader.Storage == storage.Key))
            {
                done.AddRange(storage.Select(vm => GivenUp(vm, fleet, "hangs still")));
                continue;
            }

            List<VmToRead> group = [.. storage];
            StorageReader reader = new(
                storage.Key,
                [.. group.Select<VmToRead, Func<HealthProbe, HealthRecord>>(vm => probe => ReadVm(vm, probe))],
                () => NewProbe(fleet)
            );
            reader.Start();
            readers.Add((reader, group));
        }

        foreach ((StorageReader reader, List<VmToRead> group) in readers)
        {
            while (!reader.Wait(ProgressMilliseconds))
            {
                onProgress?.Invoke(readers.Sum(each => each.Reader.Done), vms.Count);
            }

            foreach ((HealthRecord? record, VmToRead vm) in reader.Records().Zip(group))
            {
                done.Add(record is null ? GivenUp(vm, fleet, "did not answer within 5 s") : new(record, vm.IsAttached));
                if (record is not null && vm.Stamp is { } stamp)
                {
                    known[vm.Vmid] = new(vm, stamp, record, vm.ReadAt);
                }
            }

            if (reader.Hangs)
            {
                _hanging.Add(reader);
            }
        }

        _known = known;
        return done;
    }

    /// <summary>Reads a VM, on a thread of its storage: whatever hangs hangs there.</summary>
    private HealthRecord ReadVm(VmToRead vm, HealthProbe probe)
    {
        string power = QemuProcess.Power(root, vm.Vmid, QemuProcess.Find(root, vm.Vmid));
        vm.Stamp = probe.Stamp(vm.Config);
        if (
            vm.Stamp is { } stamp
            && _known.TryGetValue(vm.Vmid, out KnownVm? known)
            && IsUnchanged(vm, known, stamp, power)
        )
        {
            vm.ReadAt = known.ReadAt;
            return known.Record with { ObservedAt = UtcText.Format(DateTimeOffset.UtcNow) };
        }

        vm.ReadAt = DateTimeOffset.UtcNow;
        return probe.ReadVm(vm.Vmid, vm.Config, power);
    }

    private bool IsUnchanged(VmToRead vm, KnownVm known, ImageStamp stamp, string power) =>
        known.Stamp == stamp
        && known.Record.QmpStatus == power
        && known.Vm.Fleet == vm.Fleet
        && known.Vm.Config.IsSame(vm.Config)
        && (stamp != ImageStamp.Inactive || !HasBooted(vm, known));

    /// <summary>An inactive volume has no time of modification: the health log tells of a boot in between, or else an hour's age.</summary>
    private bool HasBooted(VmToRead vm, KnownVm known)
    {
        try
        {
            string log = root.Resolve(vm.Fleet.Config.LogPath);
            string? newest = HealthLog.Newest(log, vm.Vmid)?.ObservedAt;
            return known.ReadAt < DateTimeOffset.UtcNow.AddHours(-1)
                || string.CompareOrdinal(newest, UtcText.Format(known.ReadAt)) >= 0;
        }
        catch (HostException)
        {
            return true;
        }
    }

    private VmHealth GivenUp(VmToRead vm, FleetToml fleet, string reason)
    {
        HealthRecord record = NewProbe(fleet).About(vm.Vmid, vm.Config) with
        {
            Error = $"timeout: storage '{vm.Storage}' {reason}",
        };
        return new(record, vm.IsAttached);
    }

    /// <summary>A VM whose configuration is read.</summary>
    private sealed record VmToRead(int Vmid, VmConfig Config, FleetToml Fleet)
    {
        private VolumeId? Volume { get; } = Config.EfiVolume;

        /// <summary>What hangs together; a path of the host itself stands for its folder's file system.</summary>
        public string Storage =>
            Volume is not { } volume ? ""
            : volume.Storage.Length > 0 ? volume.Storage
            : Path.GetDirectoryName(volume.Volume) ?? "/";

        public bool IsAttached { get; } =
            Config.Args is { Fault: null, Files.Count: > 0 } || Hookscript.IsOurs(Config.Hookscript);

        /// <summary>The image's stamp from before it was read.</summary>
        public ImageStamp? Stamp { get; set; }

        /// <summary>When the image was read.</summary>
        public DateTimeOffset ReadAt { get; set; }
    }

    private sealed record KnownVm(VmToRead Vm, ImageStamp Stamp, HealthRecord Record, DateTimeOffset ReadAt);
}
