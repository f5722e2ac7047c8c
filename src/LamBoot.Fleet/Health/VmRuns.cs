using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Log;
using LamBoot.Linux;
using LamBoot.Nvram.Boot;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Health;

/// <summary>What the host knows of a VM's runs: by its phases' notes, and by what surveys saw.</summary>
/// <param name="root">The host.</param>
/// <param name="vmid">The VM.</param>
/// <param name="boots">What its phases have noted.</param>
/// <param name="samples">What earlier surveys saw; null where that does not count.</param>
internal sealed class VmRuns(HostRoot root, int vmid, KnownBoots boots, BootSamples? samples)
{
    // A start may wait that long for memory, storage or a task before QEMU is there.
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(10);

    /// <summary>The evidence.</summary>
    /// <param name="read">What its store says.</param>
    /// <param name="power">Whether it runs.</param>
    /// <param name="ended">What a phase knows of the run that has just ended; null for what is noted of the last one.</param>
    public RunEvidence Of(HealthRecord read, VmPower power, RunNote? ended)
    {
        bool sawConfirmed = false;
        IReadOnlyList<SeenBoots> seen = samples?.Of(vmid, read.Uuid, out sawConfirmed) ?? [];
        bool wasConfirmed = boots.IsConfirmed || sawConfirmed || read.Store!.ConfirmedBy == BootConfirmer.Guest;
        if (power.IsRunning)
        {
            return new()
            {
                IsRunning = true,
                Since = power.Since,
                BootsBefore = BootsBefore(power),
                EndedBy = boots.LastRun?.EndedBy,
                WasConfirmed = wasConfirmed,
                Seen = seen,
            };
        }

        // What is noted counts as long as the store is of that run: not after a rollback, nor after starts without a phase of ours.
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
