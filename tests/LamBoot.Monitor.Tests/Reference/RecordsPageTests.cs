using System.Globalization;
using System.Text.Json;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Monitor.Output;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Pve.Qemu;
using LamBoot.Testing.Reference;

namespace LamBoot.Monitor.Tests.Reference;

/// <summary>docs/reference/records.md: an entry for each field that is written, in the same order.</summary>
public sealed class RecordsPageTests
{
    private static readonly XmlDocs Docs = new(typeof(HealthRecord).Assembly);

    [Fact]
    public void The_page_has_every_field_that_is_written()
    {
        JsonElement record = JsonDocument.Parse(Whole().ToJson()).RootElement;
        XmlDocs ofMonitor = new(typeof(SurveyJson).Assembly);
        new ReferencePage("Health records", "src/LamBoot.Fleet/Health/HealthRecord.cs")
            .Paragraph(
                "A health record is a JSON object: a line of the health log `fleet.jsonl`, an element of `lamboot-pve-monitor --json`, `health` "
                    + "in `lamboot-hook inspect --json`, and the standard input of `[monitor] run`. Times are UTC. What a guest wrote stands "
                    + "in it as the guest wrote it, escaped as JSON: `reason` alone is safe to print. New fields may be added; none is renamed."
            )
            .Heading("Fields")
            .List(record.EnumerateObject().Select(field => Item(field.Name, typeof(HealthRecord))))
            .Heading("Fields of `crash`")
            .List(
                record
                    .GetProperty("crash")
                    .EnumerateObject()
                    .Select(field =>
                        field.Name == "file"
                            ? $"**`file`**. {Docs.Of(typeof(HealthRecord), "CrashFile")}"
                            : Item(field.Name, typeof(CrashSummary))
                    )
            )
            .Heading("Further fields of `lamboot-pve-monitor --json`")
            .List(
                ((string[])["Attached", "QuietWhy", "Since", "Boots"]).Select(name =>
                    $"**`{XmlDocs.ConstantOf(typeof(SurveyJson), name)}`**. {ofMonitor.OfField(typeof(SurveyJson), name)}"
                )
            )
            .ShouldBePage("records.md");
    }

    private static string Item(string name, Type type)
    {
        string property = string.Concat(
            name.Split('_').Select(part => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(part))
        );
        return $"**`{name}`**. {Docs.Of(type, property)}";
    }

    /// <summary>A record with every field.</summary>
    private static HealthRecord Whole() =>
        new()
        {
            ObservedAt = "2026-11-27T09:12:44Z",
            Phase = "post-stop",
            Node = "pve1",
            Uuid = "x",
            Verdict = VerdictKind.Crashed,
            ConfirmedBy = BootConfirmer.Guest,
            EndedBy = RunEnd.Guest,
            Crash = new() { Kind = CrashKind.KernelPanic },
            SecureBoot = SecureBootKind.Ready,
            Warning = "x",
            Malformed = ["x"],
        };
}
