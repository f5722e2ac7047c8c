namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>All that is known of whether a VM boots.</summary>
/// <param name="Error">Why its store says nothing; null where it does, of LamBoot or of others.</param>
/// <param name="Store">What its store says; null where it could not be read.</param>
/// <param name="Run">What the host knows.</param>
/// <param name="Now">The time.</param>
public sealed record Evidence(HealthError? Error, StoreEvidence? Store, RunEvidence Run, DateTimeOffset Now)
{
    /// <summary>How long this run has taken, or the last one of a stopped VM took; null where that is not known.</summary>
    public TimeSpan? Took => Run.IsRunning ? Now - Run.Since : Run.LastTook;

    /// <summary>
    /// How often the firmware has booted in this run, or the last one of a stopped VM; null where that is not known, as where the store
    /// has gone back to before it.
    /// </summary>
    public uint? BootsOfRun =>
        Store?.FirmwareBoots is { } boots && Run.BootsBefore is { } before && boots >= before ? boots - before : null;

    /// <summary>Whether the newest crash came in this run, or the last one of a stopped VM, and no boot was confirmed since.</summary>
    public bool HasCrashed => Store?.Crash is { IsConfirmedSince: false } crash && IsOfRun(crash);

    /// <summary>
    /// The most boots that were seen within a time of this run: from its start, or from an earlier survey. Boots of other runs do not
    /// count, for who starts a VM anew resets nothing.
    /// </summary>
    /// <param name="window">The time.</param>
    public uint BootsWithin(TimeSpan window)
    {
        uint most = Took <= window ? BootsOfRun ?? 0 : 0;
        if (Store?.FirmwareBoots is not { } boots || !Run.IsRunning)
        {
            return most;
        }

        foreach (SeenBoots seen in Run.Seen)
        {
            bool counts = Now - seen.At <= window && IsInRun(seen.At) && seen.FirmwareBoots <= boots;
            most = counts ? Math.Max(most, boots - seen.FirmwareBoots) : most;
        }

        return most;
    }

    /// <summary>
    /// How long ago the firmware of a running VM booted, or longer: by the loader's own time, or the first survey that saw this boot, else by
    /// QEMU's start. Null where the VM does not run.
    /// </summary>
    public TimeSpan? AgeOfBoot
    {
        get
        {
            if (!Run.IsRunning)
            {
                return null;
            }

            TimeSpan ofRun = Took ?? TimeSpan.Zero;
            return BootsOfRun == 1 ? ofRun : SinceLoader ?? SinceSeen ?? ofRun;
        }
    }

    /// <summary>By the guest's clock, which counts where it gives a time in this run.</summary>
    private TimeSpan? SinceLoader =>
        Store is { HasLoaderBegun: true, LoaderBegan: { } began } && IsInRun(began) ? Now - began : null;

    private TimeSpan? SinceSeen
    {
        get
        {
            foreach (SeenBoots seen in Run.Seen)
            {
                if (seen.FirmwareBoots == Store?.FirmwareBoots && IsInRun(seen.At))
                {
                    return Now - seen.At;
                }
            }

            return null;
        }
    }

    /// <summary>By the order of the store's records, and where a reclaim has taken that away by the guest's clock.</summary>
    private bool IsOfRun(CrashEvidence crash) =>
        crash.FirmwareBoot is { } boot && Run.BootsBefore is { } before
            ? boot > before
            : crash.IsOfLastBoot != false || (Run.IsRunning && crash.Summary.At is { } at && IsInRun(at));

    private bool IsInRun(DateTimeOffset time) => time <= Now && Now - time <= Took;
}
