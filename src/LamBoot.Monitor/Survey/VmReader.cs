using LamBoot.Fleet.Health;
using LamBoot.Fleet.Log;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Store;

namespace LamBoot.Monitor.Survey;

/// <summary>Reads a VM, unless nothing can have changed since it was last read.</summary>
internal sealed class VmReader(HostRoot root)
{
    private IReadOnlyDictionary<int, KnownVm> _known = new Dictionary<int, KnownVm>();

    /// <summary>Saves what a survey read for the next one.</summary>
    public void Know(IReadOnlyDictionary<int, KnownVm> vms) => _known = vms;

    /// <summary>Reads a VM on a thread of its storage: if it hangs, it hangs there, and a failure affects only that VM.</summary>
    public HealthRecord Read(VmToRead vm, HealthProbe probe)
    {
        long begun = Environment.TickCount64;
        try
        {
            return ReadOrKnown(vm, probe);
        }
        catch (Exception e)
        {
            vm.Stamp = null;
            return probe.About(vm.Vmid, vm.Config).AsUnreadable(ErrorLog.Reason(e));
        }
        finally
        {
            vm.TookMilliseconds = Math.Max(vm.TookMilliseconds, Environment.TickCount64 - begun);
        }
    }

    private HealthRecord ReadOrKnown(VmToRead vm, HealthProbe probe)
    {
        vm.Power = VmPower.Of(root, vm.Vmid, QemuProcess.Find(root, vm.Vmid));
        vm.Notes = PhaseNotes.Of(root, vm.Fleet.Config, vm.Vmid); // before the read, as is the stamp
        vm.Stamp = probe.Stamp(vm.Config);
        if (
            vm.Stamp is { } stamp
            && _known.TryGetValue(vm.Vmid, out KnownVm? known)
            && known.IsAsThen(vm, stamp, vm.Power, vm.Notes)
            && (stamp != ImageStamp.Inactive || !HasBooted(vm, known))
        )
        {
            (vm.ReadAt, vm.TookMilliseconds) = (known.ReadAt, known.Vm.TookMilliseconds);
            HealthRecord same = known.Record with
            {
                ObservedAt = UtcText.Format(DateTimeOffset.UtcNow),
                Run = known.Record.Run with { Seen = probe.SeenOf(known.Record) },
            };
            return same.Store is null ? same : probe.Judge(same); // the passing of time may have changed its verdict
        }

        vm.ReadAt = DateTimeOffset.UtcNow;
        HealthRecord read = probe.ReadVm(vm.Vmid, vm.Config, vm.Power);
        if (probe.ArchiveFault is { } fault)
        {
            ErrorLog.Write($"cannot save the crash record of VM {vm.Vmid}: {fault}");
        }

        return read with
        {
            SecureBoot = SecureBootOf(vm, read, probe),
        };
    }

    /// <summary>
    /// The Secure Boot state. If the store was not read, the probe's image is another VM's or nobody's, and the record says why there is
    /// none.
    /// </summary>
    private static SecureBootKind SecureBootOf(VmToRead vm, HealthRecord read, HealthProbe probe) =>
        SecureBootVerdict.KindOf(VmSecureBoot.Facts(vm.Vmid, vm.Config, read, probe.Image));

    /// <summary>
    /// Whether the VM may have booted since. An inactive volume has no modification time, so this is decided by the health log or else by
    /// an age of one hour.
    /// </summary>
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
}
