using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Tests.Health.Verdicts;

/// <summary>Evidence for the verdict tables: a store whose firmware has booted 10 times, and a run that began a few minutes ago.</summary>
internal static class SomeEvidence
{
    public static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    public static readonly VerdictLimits Limits = VerdictLimits.Of(new());

    public static StoreEvidence NoLamBoot => new() { FirmwareBoots = 10 };

    public static StoreEvidence Booting => Of(BootState.Booting);

    public static StoreEvidence Confirmed => Of(BootState.BootedOK, by: BootConfirmer.Guest);

    /// <summary>Its firmware has booted, and its loader not begun.</summary>
    public static StoreEvidence InFirmware => Of(BootState.BootedOK, 0, BootConfirmer.Guest, begun: false);

    public static RunEvidence Stopped => new();

    public static StoreEvidence Of(
        BootState state,
        int count = 0,
        BootConfirmer? by = null,
        bool? begun = true,
        CrashEvidence? crash = null,
        DateTimeOffset? at = null
    ) =>
        new()
        {
            HasLamBoot = true,
            State = state,
            CrashCount = count,
            ConfirmedBy = by,
            HasLoaderBegun = begun,
            FirmwareBoots = 10,
            LoaderBegan = at,
            Crash = crash,
        };

    public static StoreEvidence Crash(
        uint? boot,
        bool? ofLast = true,
        bool confirmedSince = false,
        DateTimeOffset? at = null
    ) => new() { FirmwareBoots = 10, Crash = Panic(boot, ofLast, confirmedSince, at) };

    public static CrashEvidence Panic(
        uint? boot,
        bool? ofLast,
        bool confirmedSince = false,
        DateTimeOffset? at = null
    ) =>
        new(
            new()
            {
                Kind = CrashKind.KernelPanic,
                Reason = "VFS: \u001b[31m",
                At = at,
            },
            boot,
            ofLast,
            confirmedSince
        );

    public static RunEvidence Running(
        double minutes,
        uint? before = null,
        params (double Minutes, uint Boots)[] seen
    ) =>
        new()
        {
            IsRunning = true,
            Since = Now.AddMinutes(-minutes),
            BootsBefore = before,
            Seen = [.. seen.Select(look => new SeenBoots(Now.AddMinutes(-look.Minutes), look.Boots))],
        };

    /// <summary>A QEMU that took over a running guest.</summary>
    public static RunEvidence Resumed(double minutes, uint? before = null) =>
        Running(minutes, before) with
        {
            IsResumed = true,
        };

    public static RunEvidence Ran(double minutes, uint? before, RunEnd? end) =>
        new()
        {
            LastTook = TimeSpan.FromMinutes(minutes),
            BootsBefore = before,
            EndedBy = end,
        };

    public static Verdict Judge(StoreEvidence? store, RunEvidence run, HealthError? error = null) =>
        Verdict.Of(new(error, store, run, Now), Limits);

    public static StoreEvidence Since(bool confirmed) =>
        Of(BootState.BootedOK, by: BootConfirmer.Guest, crash: Panic(10, ofLast: true, confirmed));

    public static StoreEvidence Fresh(bool isBoot) =>
        new()
        {
            HasLamBoot = true,
            State = BootState.Fresh,
            IsBootOfFresh = isBoot,
            FirmwareBoots = 10,
        };
}
