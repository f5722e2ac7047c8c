using System.Globalization;
using LamBoot.Fleet.Text;
using LamBoot.Nvram.Boot;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>Whether a VM boots, and how that is known: a pure function of the evidence.</summary>
/// <param name="Kind">The verdict.</param>
/// <param name="Reason">The reason in one line, with guest-written text escaped.</param>
public readonly record struct Verdict(VerdictKind Kind, string Reason)
{
    private const string Install = "install lamboot-mark-success.service in the guest to confirm boots (docs/guest.md)";

    /// <summary>Returns the verdict for some evidence.</summary>
    /// <param name="evidence">The evidence.</param>
    /// <param name="limits">The limits of the rules.</param>
    public static Verdict Of(Evidence evidence, VerdictLimits limits) =>
        Unread(evidence)
        ?? NotBooted(evidence, limits)
        ?? ResetLoop(evidence, limits)
        ?? Crashed(evidence)
        ?? LoadFailed(evidence)
        ?? CrashLoop(evidence, limits)
        ?? Starting(evidence, limits)
        ?? NoLoader(evidence)
        ?? Unconfirmed(evidence)
        ?? Confirmed(evidence)
        ?? Up(evidence)
        ?? Nothing(evidence);

    private static Verdict? Unread(Evidence evidence) =>
        evidence.Error is not { } error ? null
        : error.Kind == HealthErrorKind.NotStarted ? new(VerdictKind.NotStarted, SafeText.Escape(error.Detail))
        : error.Kind is HealthErrorKind.NotOvmf or HealthErrorKind.NoEfiDisk
            ? new(VerdictKind.NoLamBoot, SafeText.Escape(error.Detail))
        : error.Kind == HealthErrorKind.NoLamBootVariables ? null
        : error.Kind == HealthErrorKind.Erased && evidence.Store is not null ? null
        : new(VerdictKind.Unreadable, SafeText.Escape(error.Detail));

    private static Verdict? NotBooted(Evidence evidence, VerdictLimits limits)
    {
        if (!evidence.HasNotBooted || evidence.Took is not { } took)
        {
            return null;
        }

        return took < limits.BootGrace
            ? new(VerdictKind.Starting, $"started {AgeText.Of(took)} ago; its firmware has not booted yet")
            : new(VerdictKind.NoLoader, $"running for {AgeText.Of(took)}, but its firmware has not booted");
    }

    private static Verdict? ResetLoop(Evidence evidence, VerdictLimits limits)
    {
        if (evidence.Store is not { IsConfirmed: false } store)
        {
            return null;
        }

        if (!evidence.Run.IsRunning && WasEndedByGuest(evidence))
        {
            return null; // the last boot came up, or the guest could not have powered off
        }

        uint within = evidence.BootsWithin(limits.ResetWindow);
        uint boots = evidence.BootsOfRun ?? 0;
        bool isFast = boots >= limits.ResetThreshold && evidence.Took / boots < limits.TimePerReset;
        if (within < limits.ResetThreshold && !isFast)
        {
            return null;
        }

        TimeSpan time = isFast ? evidence.Took!.Value : limits.ResetWindow;
        string loop = string.Create(
            CultureInfo.InvariantCulture,
            $"reset loop: the firmware booted {(isFast ? boots : within)} times within {AgeText.Of(time)}"
        );
        string because = store.Crash is { } crash && evidence.HasCrashed ? $"{crash.Summary}; " : "";
        return new(VerdictKind.ResetLoop, because + loop);
    }

    private static Verdict? Crashed(Evidence evidence) =>
        evidence.HasCrashed ? new(VerdictKind.Crashed, $"{evidence.Store!.Crash!.Summary}") : null;

    private static Verdict? LoadFailed(Evidence evidence) =>
        evidence.Store is { ConfirmedBy: BootConfirmer.Loader, HasLoaderBegun: not false }
            ? new(VerdictKind.LoadFailed, "the boot entry returned to LamBoot: no system booted")
            : null;

    private static Verdict? CrashLoop(Evidence evidence, VerdictLimits limits)
    {
        bool isLoop =
            evidence is { Run.WasConfirmed: true, Store: { State: BootState.Booting or BootState.CrashLoop } store }
            && store.CrashCount >= limits.CrashThreshold
            && !WasEndedByGuest(evidence);
        return isLoop
            ? new(VerdictKind.CrashLoop, $"crash loop: {evidence.Store!.UnconfirmedBoots} in a row not confirmed")
            : null;
    }

    /// <summary>
    /// Whether the guest was able to power off when the run ended, by itself or on request. For a running VM this is about the previous run,
    /// provided that this one has not been reset.
    /// </summary>
    private static bool WasEndedByGuest(Evidence evidence) =>
        evidence.Run.EndedBy is RunEnd.Guest or RunEnd.Shutdown && !(evidence.Run.IsRunning && evidence.BootsOfRun > 1);

    private static Verdict? Starting(Evidence evidence, VerdictLimits limits) =>
        evidence.Store?.IsConfirmed == false && evidence.AgeOfBoot is { } age && age.IsLessThan(limits.BootGrace)
            ? new(VerdictKind.Starting, $"booted {age} ago")
            : null;

    private static Verdict? NoLoader(Evidence evidence)
    {
        if (evidence.Store is not { HasLamBoot: true, HasLoaderBegun: false })
        {
            return null;
        }

        return evidence.AgeOfBoot is { Bound: AgeBound.AtMost } less
                ? new(
                    VerdictKind.NoLoader,
                    $"its firmware booted {less} ago, and LamBoot did not start: still in the firmware, or something else booted"
                )
            : evidence.AgeOfBoot is { } age
                ? new(
                    VerdictKind.NoLoader,
                    $"running for {age} without LamBoot starting: still in the firmware, or something else booted"
                )
            : WasEndedByGuest(evidence)
                ? new(VerdictKind.Up, "powered off by its guest; its last boot did not go through LamBoot")
            : new(
                VerdictKind.NoLoader,
                "LamBoot did not start in its last boot: it stayed in the firmware, or something else booted"
            );
    }

    private static Verdict? Unconfirmed(Evidence evidence)
    {
        if (evidence.Store is not { IsUnconfirmed: true } store)
        {
            return null;
        }

        if (evidence.Run.WasConfirmed)
        {
            string running = evidence.AgeOfBoot switch
            {
                { Bound: AgeBound.AtMost } less => $"booted {less} ago, but ",
                { } age => $"running for {age}, but ",
                null => "",
            };
            return new(
                VerdictKind.Unconfirmed,
                $"{running}its guest did not confirm the last boot, though it confirmed earlier ones"
            );
        }

        // Nothing confirms this guest's boots: if it keeps running or was able to power off, all is as usual.
        if (evidence.Run.IsRunning || WasEndedByGuest(evidence))
        {
            return null;
        }

        string end = evidence.Run.EndedBy == RunEnd.Stop ? "stopped from the host" : "ended for an unknown reason";
        return new(
            VerdictKind.NeverConfirmed,
            $"{end}, {store.UnconfirmedBoots} not confirmed, no confirmed one known: a crash, or no success service in the guest"
        );
    }

    private static Verdict? Confirmed(Evidence evidence)
    {
        if (evidence.Store is not { IsConfirmed: true } store)
        {
            return null;
        }

        string by =
            store.ConfirmedBy == BootConfirmer.Guest
                ? "its guest confirmed the boot"
                : "the boot was confirmed; without a time of LamBoot's nothing tells whether by its guest";
        return new(VerdictKind.Confirmed, by + Halted(evidence));
    }

    /// <summary>A guest that QEMU has halted did boot, and runs no more.</summary>
    private static string Halted(Evidence evidence) =>
        evidence.Run.HaltedAs is { } state ? $"; QEMU has halted it since ({state})" : "";

    private static Verdict? Up(Evidence evidence)
    {
        string how =
            evidence.Store?.HasLamBoot == true
                ? $"no confirmed boot is known; {Install}"
                : "no LamBoot to confirm its boots";
        string boots = evidence.BootsOfRun is { } count and > 0 ? $", {Plural.Of(count, "firmware boot")}" : "";
        bool mayBe = evidence.Store is { HasLamBoot: false } or { IsUnconfirmed: true };
        return !mayBe ? null
            : evidence.Run.IsRunning ? new(VerdictKind.Up, $"{UpFor(evidence)}{boots}; {how}{Halted(evidence)}")
            : WasEndedByGuest(evidence) ? new(VerdictKind.Up, $"powered off by its guest{boots}; {how}")
            : null;
    }

    private static string UpFor(Evidence evidence) =>
        evidence.AgeOfBoot is { Bound: AgeBound.AtMost } less ? $"booted {less} ago" : $"up for {evidence.AgeOfBoot}";

    private static Verdict Nothing(Evidence evidence) =>
        new(
            VerdictKind.NoLamBoot,
            evidence.Store switch
            {
                { State: BootState.Fresh } => "LamBoot has not booted since it was installed or reset",
                { HasLamBoot: true, State: { } state } => string.Create(
                    CultureInfo.InvariantCulture,
                    $"LamBootState is {(byte)state}, an unknown value"
                ),
                { IsStateMalformed: true } => "LamBootState is malformed: not written by LamBoot",
                { HasLamBoot: true } => "the store has no LamBootState",
                _ => "no LamBoot in this VM",
            }
        );
}
