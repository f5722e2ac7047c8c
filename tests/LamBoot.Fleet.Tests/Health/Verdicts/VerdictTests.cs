using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Nvram.Boot;
using LamBoot.Pve.Qemu;
using static LamBoot.Fleet.Tests.Health.Verdicts.SomeEvidence;

namespace LamBoot.Fleet.Tests.Health.Verdicts;

/// <summary>Each rule of the verdicts, with the evidence that it needs and what defeats it.</summary>
public sealed class VerdictTests
{
    public static TheoryData<string, string, Func<Verdict>> Rules =>
        new()
        {
            { "unreadable", "cannot be read", () => Judge(null, Stopped, new(HealthErrorKind.Timeout, "it hangs")) },
            { "unreadable", "damaged", () => Judge(null, Running(9), new(HealthErrorKind.Corrupt, "bad")) },
            { "not-started", "a clone", () => Judge(null, Stopped, new(HealthErrorKind.NotStarted, "its source's")) },
            { "no-lamboot", "no UEFI", () => Judge(null, Running(9), new(HealthErrorKind.NotOvmf, "no ovmf")) },
            // The firmware keeps rebooting.
            { "reset-loop", "4 boots in 8 min", () => Judge(NoLamBoot, Running(8, before: 6)) },
            { "reset-loop", "LamBoot or not", () => Judge(Booting, Running(8, before: 6)) },
            { "starting", "3 boots", () => Judge(NoLamBoot, Running(4, before: 7)) },
            { "reset-loop", "6 boots in 12 min", () => Judge(NoLamBoot, Running(12, before: 4)) },
            { "up", "4 boots in 12 min", () => Judge(NoLamBoot, Running(12, before: 6)) },
            { "confirmed", "the last one confirmed", () => Judge(Confirmed, Running(8, before: 6)) },
            { "confirmed", "4 reboots in a day", () => Judge(Confirmed, Running(1440, before: 6)) },
            { "up", "4 reboots in a day, and nothing confirms", () => Judge(NoLamBoot, Running(1440, before: 6)) },
            { "reset-loop", "by surveys", () => Judge(NoLamBoot, Running(900, null, (30, 5), (9, 6), (4, 8))) },
            { "up", "4 in 11 min by surveys", () => Judge(NoLamBoot, Running(900, null, (11, 6), (9, 7), (6, 10))) },
            { "starting", "seen before this start", () => Judge(NoLamBoot, Running(3, null, (9, 6), (4, 8))) },
            { "starting", "a store gone back", () => Judge(NoLamBoot, Running(3, null, (2, 4_000_000_000))) },
            { "reset-loop", "a run that was stopped", () => Judge(NoLamBoot, Ran(8, before: 6, RunEnd.Stop)) },
            { "reset-loop", "a run that was killed", () => Judge(NoLamBoot, Ran(8, before: 6, end: null)) },
            { "up", "powered off in the end", () => Judge(NoLamBoot, Ran(8, before: 6, RunEnd.Guest)) },
            // The guest's crash records.
            { "crashed", "in this run", () => Judge(Crash(boot: 10), Running(90, before: 9)) },
            { "crashed", "in this run, before a reset", () => Judge(Crash(9, ofLast: false), Running(90, before: 8)) },
            { "up", "in a run before", () => Judge(Crash(9, ofLast: false), Running(90, before: 9)) },
            { "crashed", "in the last run", () => Judge(Crash(boot: 10), Ran(5, before: 9, RunEnd.Stop)) },
            { "no-lamboot", "in a run before", () => Judge(Crash(9, ofLast: false), Ran(5, before: 9, RunEnd.Stop)) },
            { "crashed", "nothing but the store", () => Judge(Crash(10), Stopped) },
            { "no-lamboot", "an older one", () => Judge(Crash(9, ofLast: false), Stopped) },
            { "confirmed", "confirmed since", () => Judge(Since(confirmed: true), Running(90, before: 9)) },
            { "crashed", "confirmed before", () => Judge(Since(confirmed: false), Running(90, before: 9)) },
            { "crashed", "by its clock", () => Judge(Crash(null, false, false, Now.AddMinutes(-9)), Running(90)) },
            { "up", "by its clock, before", () => Judge(Crash(null, false, false, Now.AddMinutes(-99)), Running(90)) },
            // What the loader records.
            { "load-failed", "came back", () => Judge(Of(BootState.BootedOK, by: BootConfirmer.Loader), Running(1)) },
            { "load-failed", "stopped", () => Judge(Of(BootState.BootedOK, by: BootConfirmer.Loader), Stopped) },
            {
                "starting",
                "the boot before did",
                () => Judge(Of(BootState.BootedOK, 0, BootConfirmer.Loader, false), Running(1))
            },
            {
                "crash-loop",
                "2 not confirmed",
                () => Judge(Of(BootState.Booting, 2), Stopped with { WasConfirmed = true })
            },
            {
                "crash-loop",
                "CrashLoop",
                () => Judge(Of(BootState.CrashLoop, 2), Stopped with { WasConfirmed = true })
            },
            {
                "crash-loop",
                "while it starts",
                () => Judge(Of(BootState.Booting, 2), Running(1) with { WasConfirmed = true })
            },
            {
                "unconfirmed",
                "1 not confirmed",
                () => Judge(Of(BootState.Booting, 1), Stopped with { WasConfirmed = true })
            },
            {
                "unconfirmed",
                "powered off by its guest",
                () => Judge(Of(BootState.Booting, 9), Ran(5, 9, RunEnd.Guest) with { WasConfirmed = true })
            },
            {
                "unconfirmed",
                "when asked to",
                () => Judge(Of(BootState.Booting, 9), Ran(5, 9, RunEnd.Shutdown) with { WasConfirmed = true })
            },
            {
                "starting",
                "the run before powered off",
                () =>
                    Judge(Of(BootState.Booting, 2), Running(1, 9) with { WasConfirmed = true, EndedBy = RunEnd.Guest })
            },
            {
                "crash-loop",
                "and reset in this one",
                () =>
                    Judge(Of(BootState.Booting, 2), Running(1, 8) with { WasConfirmed = true, EndedBy = RunEnd.Guest })
            },
            { "never-confirmed", "a count that means nothing", () => Judge(Of(BootState.Booting, 9), Stopped) },
            // Time.
            { "starting", "4 min", () => Judge(Booting, Running(4)) },
            { "starting", "no LamBoot", () => Judge(NoLamBoot, Running(4)) },
            { "confirmed", "before the grace ends", () => Judge(Confirmed, Running(1)) },
            {
                "no-loader",
                "in the firmware",
                () => Judge(Of(BootState.BootedOK, 0, BootConfirmer.Guest, begun: false), Running(6))
            },
            {
                "starting",
                "in the firmware, 4 min",
                () => Judge(Of(BootState.BootedOK, 0, BootConfirmer.Guest, begun: false), Running(4))
            },
            {
                "no-loader",
                "it was stopped there",
                () => Judge(Of(BootState.BootedOK, 0, BootConfirmer.Guest, begun: false), Ran(6, 9, RunEnd.Stop))
            },
            {
                "up",
                "another system powered off",
                () => Judge(Of(BootState.BootedOK, 0, BootConfirmer.Guest, begun: false), Ran(6, 9, RunEnd.Guest))
            },
            // A run whose firmware has not booted, and one that was taken over.
            { "starting", "not booted, 4 min", () => Judge(Confirmed, Running(4, before: 10)) },
            { "no-loader", "not booted, 6 min", () => Judge(Confirmed, Running(6, before: 10)) },
            { "no-loader", "not booted, crashed before", () => Judge(Crash(boot: 10), Running(6, before: 10)) },
            {
                "no-loader",
                "not booted, load failed before",
                () => Judge(Of(BootState.BootedOK, by: BootConfirmer.Loader), Running(6, before: 10))
            },
            { "confirmed", "migrated here", () => Judge(Confirmed, Resumed(1, before: 10)) },
            { "up", "migrated here, never confirmed", () => Judge(Booting, Resumed(1, before: 10)) },
            { "crashed", "crashed before it migrated", () => Judge(Crash(boot: 10), Resumed(90, before: 10)) },
            { "up", "an older crash, migrated", () => Judge(Crash(9, ofLast: false), Resumed(90, before: 10)) },
            { "up", "migrated here, no note of it", () => Judge(NoLamBoot, Resumed(1)) },
            {
                "up",
                "migrated, and seen before",
                () => Judge(NoLamBoot, Resumed(60, 10) with { Seen = [new(Now, 10)] })
            },
            { "up", "first seen just now", () => Judge(NoLamBoot, Running(900, null, (1, 10))) },
            { "up", "migrated, and reset here some time", () => Judge(NoLamBoot, Resumed(60, before: 9)) },
            { "starting", "migrated, and reset here", () => Judge(Booting, Resumed(1, before: 9)) },
            {
                "starting",
                "booted a minute before it migrated",
                () => Judge(Of(BootState.Booting, at: Now.AddMinutes(-2)), Resumed(1, before: 10))
            },
            // A reboot long after the start.
            { "starting", "not seen by a survey a minute ago", () => Judge(InFirmware, Running(900, 8, (1, 9))) },
            { "no-loader", "not seen by a survey an hour ago", () => Judge(InFirmware, Running(900, 8, (60, 9))) },
            { "no-loader", "no survey", () => Judge(InFirmware, Running(900, 8)) },
            { "unconfirmed", "beyond the grace", () => Judge(Booting, Running(6) with { WasConfirmed = true }) },
            { "up", "beyond the grace, never confirmed", () => Judge(Booting, Running(6)) },
            {
                "unconfirmed",
                "the first boot of a clone",
                () => Judge(Fresh(isBoot: true), Stopped with { WasConfirmed = true })
            },
            { "never-confirmed", "the first boot", () => Judge(Fresh(isBoot: true), Ran(5, 9, RunEnd.Stop)) },
            { "no-lamboot", "reset, and not booted", () => Judge(Fresh(isBoot: false), Stopped) },
            { "never-confirmed", "stopped from the host", () => Judge(Booting, Ran(5, 9, RunEnd.Stop)) },
            { "never-confirmed", "killed", () => Judge(Booting, Ran(5, 9, end: null)) },
            { "up", "powered off by its guest, never confirmed", () => Judge(Booting, Ran(5, 9, RunEnd.Guest)) },
            { "up", "when asked to, never confirmed", () => Judge(Booting, Ran(5, 9, RunEnd.Shutdown)) },
            { "confirmed", "stopped", () => Judge(Confirmed, Ran(5, 9, RunEnd.Stop)) },
            { "confirmed", "a store without a time", () => Judge(Of(BootState.BootedOK, begun: null), Stopped) },
            { "up", "no LamBoot", () => Judge(NoLamBoot, Running(6)) },
            { "up", "no LamBoot, powered off", () => Judge(NoLamBoot, Ran(5, 9, RunEnd.Guest)) },
            { "no-lamboot", "no LamBoot, stopped", () => Judge(NoLamBoot, Ran(5, 9, RunEnd.Stop)) },
            { "no-lamboot", "another state", () => Judge(Of((BootState)7), Stopped) },
        };

    [Theory]
    [MemberData(nameof(Rules), DisableDiscoveryEnumeration = true)]
    public void A_rule_applies(string verdict, string when, Func<Verdict> judge) =>
        judge().Kind.Word().ShouldBe(verdict, when);

    [Fact]
    public void A_verdict_has_a_word_and_a_status()
    {
        foreach (VerdictKind kind in Enum.GetValues<VerdictKind>())
        {
            VerdictKinds.Parse(kind.Word()).ShouldBe(kind);
        }

        VerdictKinds.Parse("fine").ShouldBeNull();
        VerdictKinds
            .All.Where(kind => kind.Status() == HealthStatus.Critical)
            .Select(kind => kind.Word())
            .ShouldBe(["reset-loop", "crashed", "load-failed", "crash-loop"]);
        VerdictKinds
            .All.Where(kind => kind.Status() == HealthStatus.Healthy)
            .Select(kind => kind.Word())
            .ShouldBe(["starting", "confirmed"]);
    }

    [Fact]
    public void The_reason_says_what_the_kernel_said_and_is_safe_to_print()
    {
        Judge(Crash(10), Stopped).Reason.ShouldBe(@"kernel panic: VFS: \u{1b}[31m");
        Judge(Crash(10), Running(8, before: 6))
            .Reason.ShouldBe(@"kernel panic: VFS: \u{1b}[31m; reset loop: the firmware booted 4 times within 8 min");
        Judge(Booting, Running(6)).Reason.ShouldStartWith("up for 6 min; no confirmed boot is known; ");
    }

    /// <summary>An age is told as far as it is known.</summary>
    [Fact]
    public void The_reason_says_no_more_than_is_known()
    {
        const string Still = "and LamBoot did not start: still in the firmware, or something else booted";
        Judge(InFirmware, Running(900, 8, (60, 9)))
            .Reason.ShouldBe($"its firmware booted less than 60 min ago, {Still}");
        Judge(InFirmware, Running(900, 8, (1, 9))).Reason.ShouldBe("booted less than 60 s ago");
        Judge(NoLamBoot, Resumed(3)).Reason.ShouldStartWith("up for more than 3 min; ");
        Judge(Confirmed, Running(6, before: 10)).Reason.ShouldBe("running for 6 min, but its firmware has not booted");
        Judge(Confirmed, Running(90, 9) with { HaltedAs = "io-error" })
            .Reason.ShouldBe("its guest confirmed the boot; QEMU has halted it since (io-error)");
        Judge(Of(BootState.BootedOK, begun: null), Stopped).Reason.ShouldContain("nothing tells whether by its guest");
    }

    /// <summary>The loader counts the boots before the last one, up to 255.</summary>
    [Theory]
    [InlineData(2, "crash loop: 3 boots in a row not confirmed")]
    [InlineData(255, "crash loop: more than 255 boots in a row not confirmed")]
    public void The_last_boot_counts(int count, string reason) =>
        Judge(Of(BootState.Booting, count), Stopped with { WasConfirmed = true }).Reason.ShouldBe(reason);
}
