using System.Text.Json;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Fleet.Text;
using LamBoot.Nvram.Boot;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Health;

/// <summary>Health records as JSON: a line of the health log, an element of the monitor's list.</summary>
public static class HealthRecordJson
{
    private const string Guest = "guest";
    private const string Loader = "loader";

    /// <summary>Returns the record as a line of the log.</summary>
    public static byte[] ToJson(this HealthRecord record) => FleetJson.Write(writer => record.Write(writer));

    /// <summary>Writes the record as an object.</summary>
    /// <param name="record">The record.</param>
    /// <param name="writer">The writer.</param>
    /// <param name="more">Writes additional fields, or null.</param>
    public static void Write(this HealthRecord record, Utf8JsonWriter writer, Action<Utf8JsonWriter>? more = null)
    {
        writer.WriteStartObject();
        writer.WriteNumber("schema_version", record.SchemaVersion);
        writer.WriteString("observed_at", record.ObservedAt);
        writer.WriteString("phase", record.Phase);
        writer.WriteString("node", record.Node);
        FleetJson.WriteNumber(writer, "vmid", record.Vmid);
        writer.WriteString("name", record.Name);
        if (record.Uuid is not null)
        {
            writer.WriteString("uuid", record.Uuid);
        }

        writer.WriteString("fleet_id", record.FleetId);
        writer.WriteString("role", record.Role);
        writer.WriteString("status", record.Status.Word());
        writer.WriteString("state", record.State);
        FleetJson.WriteNumber(writer, "state_code", record.StateCode);
        FleetJson.WriteNumber(writer, "crash_count", record.CrashCount);
        writer.WriteString("last_entry", record.LastEntry);
        writer.WriteString("timestamp", record.Timestamp);
        writer.WriteString("version", record.Version);
        writer.WriteString("vmgenid", record.Vmgenid);
        writer.WriteString("qmp_status", record.QmpStatus);
        writer.WriteString("error", record.Error?.ToString());
        writer.WriteString("verdict", record.Verdict?.Word());
        writer.WriteString("reason", record.Reason);
        writer.WriteString("confirmed_by", ConfirmerWord(record.ConfirmedBy));
        FleetJson.WriteNumber(writer, "firmware_boots", record.FirmwareBoots);
        FleetJson.WriteNumber(writer, "boots_since_start", record.BootsSinceStart);
        writer.WriteString("ended_by", record.EndedBy?.Word());
        writer.WritePropertyName("crash");
        CrashSummaryJson.Write(record.Crash, record.CrashFile, writer);
        if (record.SecureBoot is { } secureBoot)
        {
            writer.WriteString("secure_boot", secureBoot.Word());
        }

        if (record.Warning is not null)
        {
            writer.WriteString("warning", record.Warning);
        }

        if (record.Malformed is not null)
        {
            FleetJson.WriteStrings(writer, "malformed", record.Malformed);
        }

        more?.Invoke(writer);
        writer.WriteEndObject();
    }

    /// <summary>Parses a record of the log.</summary>
    /// <returns>The record; null if the line is not one, for example because it was cut off.</returns>
    public static HealthRecord? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return Read(new(line));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // InvalidOperationException: a string that is not UTF-8
        {
            return null;
        }
    }

    private static string? ConfirmerWord(BootConfirmer? confirmer) =>
        confirmer switch
        {
            BootConfirmer.Guest => Guest,
            BootConfirmer.Loader => Loader,
            _ => null,
        };

    private static BootConfirmer? ParseConfirmer(string? word) =>
        word switch
        {
            Guest => BootConfirmer.Guest,
            Loader => BootConfirmer.Loader,
            _ => null,
        };

    private static HealthRecord Read(JsonFields json) =>
        new()
        {
            SchemaVersion = json.Number("schema_version") ?? 1,
            ObservedAt = json.Required("observed_at"),
            Phase = json.Required("phase"),
            Node = json.Required("node"),
            Vmid = json.Number("vmid"),
            Name = json.Text("name"),
            Uuid = json.Text("uuid"),
            FleetId = json.Text("fleet_id") ?? "",
            Role = json.Text("role") ?? "",
            Status = HealthStatuses.Parse(json.Text("status")) ?? HealthStatus.Unknown,
            State = json.Text("state"),
            StateCode = json.Number("state_code"),
            CrashCount = json.Number("crash_count"),
            LastEntry = json.Text("last_entry"),
            Timestamp = json.Text("timestamp"),
            Version = json.Text("version"),
            Vmgenid = json.Text("vmgenid"),
            QmpStatus = json.Text("qmp_status"),
            Error = json.Text("error") is { } error ? HealthError.Parse(error) : null,
            Verdict = VerdictKinds.Parse(json.Text("verdict")),
            Reason = json.Text("reason"),
            ConfirmedBy = ParseConfirmer(json.Text("confirmed_by")),
            FirmwareBoots = json.Unsigned("firmware_boots"),
            BootsSinceStart = json.Unsigned("boots_since_start"),
            EndedBy = RunEnds.Parse(json.Text("ended_by")),
            Crash = json.Object("crash") is { } crash ? CrashSummaryJson.Read(crash) : null,
            CrashFile = json.Object("crash")?.Text("file"),
            SecureBoot = SecureBootKinds.Parse(json.Text("secure_boot")),
            Warning = json.Text("warning"),
            Malformed = json.Texts("malformed"),
        };
}
