using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Log;
using LamBoot.Linux;
using LamBoot.Nvram.Boot;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Health;

/// <summary>What the host knows about a VM's runs, from its phases' notes and from surveys.</summary>
/// <param name="root">The host.</param>
/// <param name="vmid">The VM.</param>
/// <param name="boots">The notes of its phases.</param>
/// <param name="samples">What earlier surveys saw; null to ignore them.</param>
internal sealed class VmRuns(HostRoot root, int vmid, KnownBoots boots, BootSamples? samples)
{
    // A start may wait this long for memory, storage or a task before QEMU exists.
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(10);

    /// <summary>Returns the evidence.</summary>
    /// <param name="read">What its store says.</param>
    /// <param name="power">Whether it is running.</param>
    /// <param name="isBackup">Whether a backup is under way, which starts the QEMU of a stopped VM without letting the guest run.</param>
    /// <param name="ended">What a phase knows about the run that has just ended; null to use the saved note on the last run.</param>
    public RunEvidence Of(HealthRecord read, VmPower power, bool isBackup, RunNote? ended)
    {
        bool sawConfirmed = false;
        IReadOnlyList<SeenBoots> seen = samples?.Of(vmid, read.Uuid, out sawConfirmed) ?? [];
        bool wasConfirmed = boots.IsConfirmed || sawConfirmed || read.Store!.ConfirmedBy == BootConfirmer.Guest;
        uint? before = BootsBefore(power);
        bool isForBackup = isBackup && !power.IsResumed && before is not null && before == read.Store!.FirmwareBoots;
        if (power.IsRunning && !power.IsWaiting && !isForBackup)
        {
            return new()
            {
                IsRunning = true,
                Since = power.Since,
                IsResumed = power.IsResumed,
                HaltedAs = power.Status is "guest-panicked" or "internal-error" or "io-error" ? power.Status : null,
                BootsBefore = before,
                EndedBy = boots.LastRun?.EndedBy,
                WasConfirmed = wasConfirmed,
                Seen = seen,
            };
        }

        // The note is valid only while the store still belongs to that run: not after a rollback, nor after starts without our phases.
        RunNote? last = ended ?? (boots.LastRun?.Boots == read.Store!.FirmwareBoots ? boots.LastRun : null);
        return new()
        {
            LastTook = last?.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            BootsBefore = last?.BootsBefore,
            EndedBy = last?.EndedBy,
            WasConfirmed = wasConfirmed,
        };
    }

    private uint? BootsBefore(VmPower power)
    {
        if (power.Since is not { } since || new RecordedImage(root, vmid).Begin() is not { } begin)
        {
            return null;
        }

        bool isOfThisStart = begin.At <= since.AddSeconds(1) && since - begin.At <= LongestStart;
        return isOfThisStart ? begin.FirmwareBoots : null;
    }
}
