using System.Diagnostics;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Store;

namespace LamBoot.Monitor.Survey;

/// <summary>
/// Reads the health of the node's VMs, each storage apart from the others. Every VM asked for appears, unreadable ones with
/// the reason. Of one survey to the next, what cannot have changed is not read again.
/// </summary>
internal sealed class FleetSurvey(HostRoot root, VmFilter filter, int? threshold)
{
    private const string Phase = "monitor";
    private const int ProgressMilliseconds = 250;
    private const int CoarseMilliseconds = 200;

    private readonly HangingReads _hanging = new();
    private Dictionary<int, long> _tookMilliseconds = [];
    private Dictionary<int, KnownVm> _known = [];

    /// <summary>Reads the VMs.</summary>
    /// <param name="fleet">The fleet's configuration.</param>
    /// <param name="onProgress">Told from time to time how many of how many VMs are read.</param>
    /// <exception cref="HostException">The node's VMs cannot be listed: nothing is known of them.</exception>
    public SurveyResult Read(FleetToml fleet, Action<int, int>? onProgress = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        HealthProbe probe = NewProbe(fleet);
        List<VmHealth> done = [];
        List<VmToRead> toRead = [];
        List<int> missing = [];
        IReadOnlyList<int> vmids = VmConfigFile.List(root);
        foreach (int vmid in filter.Vmids.Count > 0 ? filter.Vmids.Distinct() : vmids)
        {
            if (!Sort(vmid, fleet, probe, toRead, done))
            {
                missing.Add(vmid);
            }
        }

        if (missing.Count > 0)
        {
            _ = VmConfigFile.List(root); // pmxcfs may have gone meanwhile, and the VMs not
        }

        bool areNamed = filter.Vmids.Count > 0; // else they are gone since the list was made
        const string NoVm = "there is no such VM on this node";
        done.AddRange(areNamed ? missing.Select(vmid => Unreadable(probe, vmid, NoVm)) : []);
        done.AddRange(ReadAll(toRead, fleet, onProgress));
        return new(done, filter)
        {
            Node = Node.Name(root),
            Missing = areNamed ? missing : [],
            Duration = watch.Elapsed,
        };
    }

    private HealthProbe NewProbe(FleetToml fleet) =>
        new(root, fleet, Phase) { CrashThreshold = threshold ?? fleet.Config.CrashThreshold };

    private static VmHealth Unreadable(HealthProbe probe, int vmid, string reason) =>
        new(probe.Unreadable(vmid, reason), IsAttached: false, Uuid: null);

    /// <summary>Opens a VM's configuration: it is to be read, or cannot be, or is not asked for.</summary>
    /// <returns>Whether there is such a VM.</returns>
    private bool Sort(int vmid, FleetToml fleet, HealthProbe probe, List<VmToRead> toRead, List<VmHealth> done)
    {
        try
        {
            if (VmConfigFile.Open(root, vmid) is not { } file)
            {
                return false;
            }

            if (filter.Wants(file.Config.Tags, fleet.Config.RoleOf(vmid, file.Config.Tags)))
            {
                toRead.Add(new(vmid, file.Config, fleet));
            }
        }
        catch (Exception e) // of one VM: it keeps nobody from the others
        {
            done.Add(Unreadable(probe, vmid, Program.Reason(e)));
        }

        return true;
    }

    private List<VmHealth> ReadAll(List<VmToRead> vms, FleetToml fleet, Action<int, int>? onProgress)
    {
        List<(StorageReader Reader, List<VmToRead> Vms)> readers = [];
        _hanging.Update();
        ILookup<bool, VmToRead> byHanging = vms.ToLookup(_hanging.Has);
        List<VmHealth> done = [.. byHanging[true].Select(vm => GivenUp(vm, fleet, "hangs still"))];
        foreach (IGrouping<string, VmToRead> storage in byHanging[false].GroupBy(vm => vm.Storage))
        {
            readers.Add(Start(storage.Key, [.. storage.OrderBy(Cost).ThenBy(vm => vm.Vmid)], fleet));
        }

        Dictionary<int, KnownVm> known = [];
        Dictionary<int, long> took = [];
        foreach ((StorageReader reader, List<VmToRead> group) in readers)
        {
            while (!reader.Wait(ProgressMilliseconds))
            {
                onProgress?.Invoke(readers.Sum(each => each.Reader.Done), vms.Count);
            }

            done.AddRange(Records(reader, group, fleet, known, took));
        }

        (_known, _tookMilliseconds) = (known, took);
        return done;
    }

    private (StorageReader Reader, List<VmToRead> Vms) Start(string storage, List<VmToRead> vms, FleetToml fleet)
    {
        StorageReader reader = new(
            storage,
            [.. vms.Select<VmToRead, Func<HealthProbe, HealthRecord>>(vm => probe => ReadVm(vm, probe))],
            () => NewProbe(fleet)
        );
        reader.Start();
        return (reader, vms);
    }

    /// <summary>What came of a storage's VMs.</summary>
    private List<VmHealth> Records(
        StorageReader reader,
        List<VmToRead> vms,
        FleetToml fleet,
        Dictionary<int, KnownVm> known,
        Dictionary<int, long> took
    )
    {
        List<VmHealth> done = [];
        HealthRecord?[] records = reader.Records();
        for (int index = 0; index < vms.Count; index++)
        {
            VmToRead vm = vms[index];
            HealthRecord? record = records[index];
            done.Add(record is null ? NotRead(vm, reader, fleet) : new(record, vm.IsAttached, vm.Config.Uuid));
            took[vm.Vmid] = record is null ? long.MaxValue : vm.TookMilliseconds;
            if (record is not null && vm.Stamp is { } stamp)
            {
                known[vm.Vmid] = new(vm, stamp, record, vm.ReadAt);
            }
        }

        _hanging.Add(reader, vms);
        return done;
    }

    private VmHealth NotRead(VmToRead vm, StorageReader reader, FleetToml fleet) =>
        reader.Failure is { } failure
            ? new(About(vm, fleet) with { Error = $"unreadable: {failure}" }, vm.IsAttached, vm.Config.Uuid)
            : GivenUp(vm, fleet, "did not answer within 5 s");

    /// <summary>
    /// What a VM's read took the last time, coarsely; before it is known, a read by qemu-img takes longer than one of our own. The
    /// cheap ones come first: one that a guest made slow keeps none of them waiting.
    /// </summary>
    private long Cost(VmToRead vm) =>
        _tookMilliseconds.TryGetValue(vm.Vmid, out long took) ? took / CoarseMilliseconds
        : vm.IsQcow2 ? 1
        : 0;

    /// <summary>Reads a VM, on a thread of its storage: whatever hangs hangs there, and whatever fails is that VM's own.</summary>
    private HealthRecord ReadVm(VmToRead vm, HealthProbe probe)
    {
        long begun = Environment.TickCount64;
        try
        {
            return ReadOrKnown(vm, probe);
        }
        catch (Exception e)
        {
            vm.Stamp = null;
            return probe.About(vm.Vmid, vm.Config) with { Error = $"unreadable: {Program.Reason(e)}" };
        }
        finally
        {
            vm.TookMilliseconds = Math.Max(vm.TookMilliseconds, Environment.TickCount64 - begun);
        }
    }

    private HealthRecord ReadOrKnown(VmToRead vm, HealthProbe probe)
    {
        string power = QemuProcess.Power(root, vm.Vmid, QemuProcess.Find(root, vm.Vmid));
        vm.Stamp = probe.Stamp(vm.Config);
        if (
            vm.Stamp is { } stamp
            && _known.TryGetValue(vm.Vmid, out KnownVm? known)
            && IsUnchanged(vm, known, stamp, power)
        )
        {
            (vm.ReadAt, vm.TookMilliseconds) = (known.ReadAt, known.Vm.TookMilliseconds);
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

    private VmHealth GivenUp(VmToRead vm, FleetToml fleet, string reason) =>
        new(
            About(vm, fleet) with
            {
                Error = $"timeout: storage '{vm.Storage}' {reason}",
            },
            vm.IsAttached,
            vm.Config.Uuid
        );

    private HealthRecord About(VmToRead vm, FleetToml fleet) => NewProbe(fleet).About(vm.Vmid, vm.Config);
}
