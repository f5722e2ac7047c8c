using System.Diagnostics;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Log;
using LamBoot.Linux;
using LamBoot.Monitor.Settings;
using LamBoot.Nvram.Boot;
using LamBoot.Pve.Config;

namespace LamBoot.Monitor.Survey;

/// <summary>
/// Reads the health of the node's VMs, each storage independently of the others. Every selected VM appears, unreadable ones with the
/// reason. Between surveys, whatever cannot have changed is not read again.
/// </summary>
internal sealed class FleetSurvey(MonitorSettings settings)
{
    /// <summary>The phase in its records.</summary>
    public const string Phase = "monitor";
    private const int ProgressMilliseconds = 250;
    private const int CoarseMilliseconds = 200;

    private readonly HostRoot _root = settings.Root;
    private readonly VmFilter _filter = settings.Filter;
    private readonly VmReader _reader = new(settings.Root);
    private readonly HangingReads _hanging = new();
    private Dictionary<int, long> _tookMilliseconds = [];
    private BootSamples? _samples;

    /// <summary>Reads the VMs.</summary>
    /// <param name="fleet">The fleet's configuration.</param>
    /// <param name="onProgress">Called from time to time with the number of VMs read so far, and their total.</param>
    /// <exception cref="HostException">The node's VMs cannot be listed, so nothing is known about them.</exception>
    public SurveyResult Read(FleetToml fleet, Action<int, int>? onProgress = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        _samples ??= BootSamples.Read(_root);
        HealthProbe probe = NewProbe(fleet);
        List<VmHealth> done = [];
        List<VmToRead> toRead = [];
        List<int> missing = [];
        IReadOnlyList<int> vmids = VmConfigFile.List(_root);
        foreach (int vmid in _filter.Vmids.Count > 0 ? _filter.Vmids.Distinct() : vmids)
        {
            if (!Sort(vmid, fleet, probe, toRead, done))
            {
                missing.Add(vmid);
            }
        }

        if (missing.Count > 0)
        {
            _ = VmConfigFile.List(_root); // pmxcfs may have gone away meanwhile, rather than the VMs
        }

        bool areNamed = _filter.Vmids.Count > 0; // otherwise they were deleted after the list was made
        const string NoVm = "no such VM on this node";
        done.AddRange(areNamed ? missing.Select(vmid => Unreadable(probe, vmid, NoVm)) : []);
        done.AddRange(ReadAll(toRead, fleet, onProgress));
        HashSet<int> onNode = [.. vmids];
        done = Remember(done, onNode, fleet.Config);
        return new(done, _filter)
        {
            OnNode = onNode,
            Node = Node.Name(_root),
            Missing = areNamed ? missing : [],
            Duration = watch.Elapsed,
        };
    }

    /// <summary>
    /// Saves each firmware's boot count, and since when each state has been the same, for the next survey, even in another process.
    /// </summary>
    private List<VmHealth> Remember(List<VmHealth> vms, HashSet<int> vmids, FleetConfig fleet)
    {
        BootSamples samples = _samples!;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        TimeSpan window = TimeSpan.FromSeconds(fleet.ResetWindowSeconds);
        LoggedSince logged = new(_root.Resolve(fleet.LogPath));
        List<VmHealth> told = [.. vms.Select(Note)];
        samples.Keep(vmids);
        if (settings.Threshold is null) // a look with another threshold does not change what later surveys say
        {
            samples.Save(_root);
        }

        return told;

        VmHealth Note(VmHealth vm)
        {
            HealthRecord record = vm.Record;
            if (record is { Vmid: { } counted, FirmwareBoots: { } boots })
            {
                bool isConfirmed = record.ConfirmedBy == BootConfirmer.Guest;
                samples.Add(counted, record.Uuid, new(now, boots), isConfirmed, window);
            }

            return record is { Vmid: { } vmid, Verdict: { } verdict }
                ? vm with
                {
                    Since = samples.Note(vmid, record.Uuid, verdict, now, () => logged.Of(record)),
                }
                : vm;
        }
    }

    private HealthProbe NewProbe(FleetToml fleet) =>
        new(_root, fleet, Phase)
        {
            Limits = VerdictLimits.Of(fleet.Config) with { CrashThreshold = settings.ThresholdOf(fleet) },
            Samples = _samples,
            Archive = new(_root),
        };

    private static VmHealth Unreadable(HealthProbe probe, int vmid, string reason) =>
        new(probe.Unreadable(vmid, reason), IsAttached: false, Uuid: null);

    /// <summary>Opens a VM's configuration and sorts the VM: to be read, unreadable, or not selected.</summary>
    /// <returns>Whether there is such a VM.</returns>
    private bool Sort(int vmid, FleetToml fleet, HealthProbe probe, List<VmToRead> toRead, List<VmHealth> done)
    {
        try
        {
            if (VmConfigFile.Open(_root, vmid) is not { } file)
            {
                return false;
            }

            if (_filter.Wants(file.Config.Tags, fleet.Config.RoleOf(vmid, file.Config.Tags)))
            {
                toRead.Add(new(vmid, file.Config, fleet));
            }
        }
        catch (Exception e) // a failure with one VM must not affect the others
        {
            done.Add(Unreadable(probe, vmid, ErrorLog.Reason(e)));
        }

        return true;
    }

    private List<VmHealth> ReadAll(List<VmToRead> vms, FleetToml fleet, Action<int, int>? onProgress)
    {
        List<(StorageReader Reader, List<VmToRead> Vms)> readers = [];
        _hanging.Update();
        ILookup<bool, VmToRead> byHanging = vms.ToLookup(_hanging.Has);
        List<VmHealth> done = [.. byHanging[true].Select(vm => GivenUp(vm, fleet, "still hangs"))];
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

        _tookMilliseconds = took;
        _reader.Know(known);
        return done;
    }

    private (StorageReader Reader, List<VmToRead> Vms) Start(string storage, List<VmToRead> vms, FleetToml fleet)
    {
        StorageReader reader = new(
            storage,
            [.. vms.Select<VmToRead, Func<HealthProbe, HealthRecord>>(vm => probe => _reader.Read(vm, probe))],
            () => NewProbe(fleet)
        );
        reader.Start();
        return (reader, vms);
    }

    /// <summary>The results for a storage's VMs.</summary>
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
            done.Add(record is null ? NotRead(vm, reader, fleet) : vm.With(record));
            took[vm.Vmid] = record is null ? long.MaxValue : vm.TookMilliseconds;
            if (record is not null && vm.Stamp is { } stamp)
            {
                known[vm.Vmid] = new(vm, stamp, vm.Power, vm.Notes, record, vm.ReadAt);
            }
        }

        _hanging.Add(reader, vms);
        return done;
    }

    private VmHealth NotRead(VmToRead vm, StorageReader reader, FleetToml fleet) =>
        reader.Failure is { } failure
            ? vm.With(About(vm, fleet).AsUnreadable(failure))
            : GivenUp(vm, fleet, "did not answer within 5 s");

    /// <summary>
    /// The rough duration of a VM's last read; before it is known, a read with qemu-img counts as longer than our own. Cheap reads come
    /// first: a VM that a guest made slow delays none of them.
    /// </summary>
    private long Cost(VmToRead vm) =>
        _tookMilliseconds.TryGetValue(vm.Vmid, out long took) ? took / CoarseMilliseconds
        : vm.IsQcow2 ? 1
        : 0;

    private VmHealth GivenUp(VmToRead vm, FleetToml fleet, string reason) =>
        vm.With(About(vm, fleet).AsTimedOut($"storage '{vm.Storage}' {reason}"));

    private HealthRecord About(VmToRead vm, FleetToml fleet) => NewProbe(fleet).About(vm.Vmid, vm.Config);
}
