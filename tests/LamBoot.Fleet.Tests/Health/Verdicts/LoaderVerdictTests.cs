using System.Globalization;
using System.Text;
using System.Text.Json;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Tests.Health.Verdicts;

/// <summary>
/// The histories of the real loader, with what really happened, judged moment by moment like a host with the hook and a monitor. Moments of a
/// running VM are judged as they are, and again once the boot grace period has passed.
/// </summary>
public sealed class LoaderVerdictTests
{
    private static readonly VerdictLimits Limits = VerdictLimits.Of(new());
    private static readonly string[] Broken = ["load-failed", "returned", "crashed", "hung", "in-menu"];

    // What nobody can know: a guest's service that writes the timestamp looks like the loader, and a loader that failed within the second of
    // its start looks like a guest's service.
    private static readonly string[] NotToBeKnown = ["11-confirmed-then-timestamp", "19-missing-kernel-fast"];

    [Theory]
    [InlineData("stop")]
    [InlineData(null)]
    public void No_broken_VM_is_healthy_and_no_healthy_one_critical(string? killedIs)
    {
        List<(string Image, string Truth, HealthRecord Record)> judged = [.. Replay(RunEnds.Parse(killedIs))];

        judged.Count.ShouldBeGreaterThan(140);
        foreach ((string image, string truth, HealthRecord record) in judged.Where(each => !IsNotToBeKnown(each.Image)))
        {
            string told = $"{image}: {truth}, {HealthText.Line(record)}";
            if (Broken.Contains(truth))
            {
                record.Status.ShouldNotBe(HealthStatus.Healthy, told);
            }
            else
            {
                record.Status.ShouldNotBe(HealthStatus.Critical, told);
            }
        }
    }

    [Fact]
    public void The_confusion_table()
    {
        StringBuilder table = new();
        foreach (
            var truth in Replay(RunEnd.Stop)
                .GroupBy(each => each.Truth)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
        )
        {
            foreach (var verdict in truth.GroupBy(each => each.Record.Verdict!.Value).OrderBy(group => group.Key))
            {
                string histories = string.Join(' ', verdict.Select(each => each.Image[..2]).Distinct());
                string status = verdict.Key.Status().Word();
                table.Append(
                    CultureInfo.InvariantCulture,
                    $"{truth.Key, -20}{verdict.Key.Word(), -17}{status, -10}{verdict.Count(), 3}  {histories}\n"
                );
            }
        }

        table.ToString().ShouldBeGolden();
    }

    private static bool IsNotToBeKnown(string image) =>
        NotToBeKnown.Any(history => image.StartsWith(history, StringComparison.Ordinal));

    private static IEnumerable<(string Image, string Truth, HealthRecord Record)> Replay(RunEnd? killed)
    {
        foreach (IGrouping<string, LoaderMoment> history in LoaderMoment.All.GroupBy(moment => moment.Image[..2]))
        {
            History of = new(killed);
            foreach (LoaderMoment moment in history)
            {
                foreach (HealthRecord record in of.Judge(moment))
                {
                    yield return (moment.Image, moment.Truth.GetProperty("truth").GetString()!, record);
                }
            }
        }
    }

    /// <summary>What the host keeps from one moment to the next.</summary>
    private sealed class History(RunEnd? killed)
    {
        private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

        private bool _wasConfirmed;
        private int _starts;
        private uint? _before = 0;
        private uint? _last = 0;
        private RunEnd? _end;
        private double _seconds;

        public IEnumerable<HealthRecord> Judge(LoaderMoment moment)
        {
            JsonElement truth = moment.Truth;
            byte[] image = moment.ReadBytes();
            VariableStore.TryOpen(image, image.Length, out VariableStore store, out _).ShouldBeTrue(moment.Image);
            HealthRecord read = new HealthRecord
            {
                ObservedAt = "",
                Phase = "",
                Node = "",
            }.With(store);
            int starts = truth.GetProperty("host_starts").GetInt32();
            if (starts != _starts)
            {
                (_starts, _before, _seconds) = (starts, _last, 0);
            }

            bool isRunning = truth.GetProperty("moment").GetString() == "running";
            _wasConfirmed |= read.Store!.ConfirmedBy == BootConfirmer.Guest;
            if (isRunning)
            {
                _seconds = truth.GetProperty("seconds_since_start").GetDouble();
                bool isStillBooting = truth.GetProperty("truth").GetString() == "still-booting";
                foreach (double later in isStillBooting ? [_seconds] : new[] { _seconds, _seconds + 301 })
                {
                    HealthRecord judged = (read with { Run = Running(later) }).Judged(Limits, Now);
                    if (later > _seconds || judged.Verdict != VerdictKind.Starting)
                    {
                        yield return judged; // a boot that has just begun may be anything
                    }
                }

                yield break;
            }

            _last = read.Store.FirmwareBoots;
            if (truth.GetProperty("moment").GetString() == "after-stop")
            {
                _end = truth.GetProperty("how_it_ended").GetString() == "guest power-off" ? RunEnd.Guest : killed;
            }
            else
            {
                _end = null; // the store was changed from outside
            }

            yield return (read with { Run = Ended() }).Judged(Limits, Now);
        }

        private RunEvidence Running(double seconds) =>
            new()
            {
                IsRunning = true,
                Since = Now.AddSeconds(-seconds),
                BootsBefore = _before,
                EndedBy = _end,
                WasConfirmed = _wasConfirmed,
            };

        private RunEvidence Ended() =>
            new()
            {
                LastTook = TimeSpan.FromSeconds(_seconds + 1),
                BootsBefore = _before,
                EndedBy = _end,
                WasConfirmed = _wasConfirmed,
            };
    }
}
