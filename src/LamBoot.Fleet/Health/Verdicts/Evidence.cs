namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>Everything known about whether a VM boots.</summary>
/// <param name="Error">Why its store says nothing; null if it does, even without LamBoot.</param>
/// <param name="Store">What its store says; null if it could not be read.</param>
/// <param name="Run">What the host knows.</param>
/// <param name="Now">The time.</param>
public sealed record Evidence(HealthError? Error, StoreEvidence? Store, RunEvidence Run, DateTimeOffset Now)
{
    /// <summary>How long this run has lasted or, for a stopped VM, how long its last run lasted; null if unknown.</summary>
    public TimeSpan? Took => Run.IsRunning ? Now - Run.Since : Run.LastTook;

    /// <summary>
    /// The number of firmware boots in this run or, for a stopped VM, in its last run; null if unknown, for example because the store was
    /// rolled back to before the run.
    /// </summary>
    public uint? BootsOfRun =>
        Store?.FirmwareBoots is { } boots && Run.BootsBefore is { } before && boots >= before ? boots - before : null;

    /// <summary>
    /// Whether the newest crash happened in this run (for a stopped VM, in its last run) and no boot has been confirmed since.
    /// </summary>
    public bool HasCrashed => Store?.Crash is { IsConfirmedSince: false } crash && IsOfRun(crash);

    /// <summary>
    /// The largest number of boots seen within a time window of this run, counted from its start or from an earlier survey. Boots of other
    /// runs do not count: starting a VM anew is not a reset.
    /// </summary>
    /// <param name="window">The time window.</param>
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

    /// <summary>Whether a VM runs whose firmware has not booted in this run: its store tells of the run before.</summary>
    public bool HasNotBooted => Run is { IsRunning: true, IsResumed: false } && BootsOfRun == 0;

    /// <summary>
    /// How long ago the firmware of a running VM last booted: since QEMU's start if the run has had a single boot; else by the loader's
    /// timestamp or the first survey that saw this boot. Failing both, less than since the last survey that had not yet seen it, or than
    /// since QEMU's start, which a guest that was taken over may precede. Null if the VM is not running.
    /// </summary>
    public BootAge? AgeOfBoot
    {
        get
        {
            if (!Run.IsRunning)
            {
                return null;
            }

            TimeSpan ofRun = Took ?? TimeSpan.Zero;
            bool isOnlyBoot = BootsOfRun == 1 && !Run.IsResumed;
            bool hasReset = BootsOfRun > 1 || (BootsOfRun == 1 && Run.IsResumed);
            return isOnlyBoot ? new(ofRun)
                : SinceLoader is { } loader ? new(loader)
                : Run.IsResumed && !hasReset ? new(ofRun, AgeBound.AtLeast)
                : SinceNotSeen is { } before
                    ? SinceSeen is { } seen ? new(seen)
                        : new(before, AgeBound.AtMost)
                : new(ofRun, hasReset ? AgeBound.AtMost : AgeBound.None);
        }
    }

    /// <summary>The time by the guest's clock, used only if it falls within this run, or before a resumed one.</summary>
    private TimeSpan? SinceLoader =>
        Store is { HasLoaderBegun: true, LoaderBegan: { } began } && (IsInRun(began) || (Run.IsResumed && began <= Now))
            ? Now - began
            : null;

    /// <summary>Since the first survey of this run that saw this boot: its age, if an earlier survey did not see it.</summary>
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

    /// <summary>Since the newest survey of this run that saw fewer boots.</summary>
    private TimeSpan? SinceNotSeen
    {
        get
        {
            TimeSpan? newest = null;
            foreach (SeenBoots seen in Run.Seen)
            {
                newest = seen.FirmwareBoots < Store?.FirmwareBoots && IsInRun(seen.At) ? Now - seen.At : newest;
            }

            return newest;
        }
    }

    /// <summary>Decided by the order of the store's records or, if a reclaim has removed that information, by the guest's clock.</summary>
    private bool IsOfRun(CrashEvidence crash) =>
        crash.FirmwareBoot is { } boot && Run.BootsBefore is { } before
            ? boot > before || (Run.IsResumed && boot == before) // a guest that was taken over had booted before
            : crash.IsOfLastBoot != false || (Run.IsRunning && crash.Summary.At is { } at && IsInRun(at));

    private bool IsInRun(DateTimeOffset time) => time <= Now && Now - time <= Took;
}
