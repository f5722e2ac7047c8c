using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LamBoot.Fleet.Health;
using LamBoot.Monitor.Alerts;
using LamBoot.Monitor.Alerts.Kinds;

namespace LamBoot.Monitor.Tests.Alerts;

/// <summary>The bytes of a mail: whatever a guest wrote, it creates no header, no second message, and no overlong line.</summary>
public sealed partial class MailMessageTests
{
    private const string Log = "/var/log/lamboot/fleet.jsonl";

    [Theory]
    [InlineData("[lamboot] VM 100 (db1) on pve1: critical: kernel panic: VFS", false)]
    [InlineData("", false)]
    [InlineData("Bcc: x@example.org", false)]
    [InlineData("kernel panic: =?UTF-8?B?QmNjOiB4?=", true)] // it would be read as other text
    [InlineData("größer als ÄÖÜ, 日本語 und 🙂 in einer Zeile, die länger als ein Wort von 75 Zeichen ist", true)]
    [InlineData("a\nBcc: x@example.org\n\nbody", true)]
    public void A_subject_stays_one_and_says_what_it_said(string subject, bool isEncoded)
    {
        string[] lines = Lines(MailMessage.Of("root", subject, ["body"]));

        string[] header = [.. lines.TakeWhile(line => line.Length > 0)];
        header.Count(line => !line.StartsWith(' ')).ShouldBe(6);
        header[0].ShouldBe("To: root");
        header[1].StartsWith("Subject: =?UTF-8?B?", StringComparison.Ordinal).ShouldBe(isEncoded);
        header.ShouldAllBe(line => line.All(c => c >= ' ' && c <= '~'));
        Decoded(header).ShouldBe(subject);
        EncodedWord().Matches(string.Join('\n', header)).ShouldAllBe(word => word.Length <= 75);
        lines[^2..].ShouldBe(["body", ""]);
    }

    [Fact]
    public void A_guests_longest_text_makes_no_line_that_is_too_long()
    {
        string huge = string.Concat(Enumerable.Repeat("日🙂\r\n.\n", 4000));
        Alert alert = new(
            Record(101) with
            {
                Reason = huge,
                LastEntry = huge,
                Name = huge,
            },
            IsCritical: true,
            Uuid: null
        );
        Alert[] many = [.. Enumerable.Range(0, 300).Select(_ => alert)];

        foreach (
            byte[] mail in (byte[][])
                [
                    MailMessage.Of(
                        "root",
                        MailText.Subject(alert),
                        MailText.Body(alert, new("then", alert.Record, huge), Log)
                    ),
                    MailMessage.Of("root", MailText.Subject(many), MailText.Body(many)),
                ]
        )
        {
            string[] lines = Lines(mail);
            lines.ShouldAllBe(line => Encoding.UTF8.GetByteCount(line) <= 998 && line != "." && !line.Contains('\r'));
            lines.Length.ShouldBeLessThan(150);
        }
    }

    [Fact]
    public void What_is_good_and_since_when_it_is_not_are_the_logs()
    {
        HealthRecord now = Record(9) with { Uuid = "b" };
        HealthRecord[] log =
        [
            Good(1, "old"),
            Good(2, "good") with
            {
                Uuid = "b",
            },
            Record(3) with
            {
                Status = HealthStatus.Warning,
                Uuid = "b",
            },
            Record(4) with
            {
                Uuid = "b",
            },
            Good(5, "another VM's") with
            {
                Uuid = "a",
            },
            Record(6) with
            {
                Uuid = "b",
            },
        ];

        VmPast past = VmPast.Of(log, now);

        past.Since.ShouldBe(log[3].ObservedAt);
        past.LastGood.ShouldBe(log[1]);
        VmPast.Of([], now).ShouldBe(new VmPast(now.ObservedAt, LastGood: null, Fault: null));
        VmPast.Read("/", now).Fault.ShouldNotBeNull();
    }

    private static HealthRecord Record(int hour) =>
        new()
        {
            ObservedAt = string.Create(CultureInfo.InvariantCulture, $"2026-01-01T0{hour % 10}:00:00Z"),
            Phase = "post-stop",
            Node = "pve1",
            Vmid = 101,
            Status = HealthStatus.Critical,
        };

    private static HealthRecord Good(int hour, string entry) =>
        Record(hour) with
        {
            Status = HealthStatus.Healthy,
            State = "BootedOK",
            LastEntry = entry,
        };

    private static string[] Lines(byte[] mail) => Encoding.UTF8.GetString(mail).Split('\n');

    private static string Decoded(string[] header)
    {
        string text = string.Join('\n', header[1..].TakeWhile((line, index) => index == 0 || line.StartsWith(' ')))[
            "Subject: ".Length..
        ];
        return !text.StartsWith("=?", StringComparison.Ordinal)
            ? text
            : string.Concat(
                EncodedWord()
                    .Matches(text)
                    .Select(word => Encoding.UTF8.GetString(Convert.FromBase64String(word.Groups[1].Value)))
            );
    }

    [GeneratedRegex(@"=\?UTF-8\?B\?([A-Za-z0-9+/=]*)\?=")]
    private static partial Regex EncodedWord();
}
