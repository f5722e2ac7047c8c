using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LamBoot.EndToEnd.Tests;

/// <summary>What a guest printed in one boot: what it learned about itself, and its variables as read by the firmware.</summary>
/// <param name="Identity">The identity document; null if it got none.</param>
/// <param name="Found">The variables at its start.</param>
/// <param name="Wrote">The variables after it wrote them; null if it was killed before.</param>
internal sealed record GuestBoot(JsonElement? Identity, GuestHealth Found, GuestHealth? Wrote)
{
    private const string Mark = "guest: ";

    /// <summary>The number of the boot entry that the firmware booted.</summary>
    public string? Entry { get; init; }

    /// <summary>The boots in one run of QEMU: more than one if the guest reset itself.</summary>
    public static List<GuestBoot> Parse(string serial)
    {
        List<GuestBoot> boots = [];
        JsonElement? identity = null;
        string? entry = null;
        foreach (string line in serial.Split('\n').Select(text => text.Trim('\r', ' ')))
        {
            string text = line.StartsWith(Mark, StringComparison.Ordinal) ? line[Mark.Length..] : "";
            if (text.StartsWith("identity ", StringComparison.Ordinal))
            {
                using JsonDocument document = JsonDocument.Parse(text["identity ".Length..]);
                identity = document.RootElement.Clone();
            }
            else if (text.StartsWith("entry ", StringComparison.Ordinal))
            {
                entry = text["entry ".Length..];
            }
            else if (text == "no identity")
            {
                identity = null;
            }
            else if (text.StartsWith("found ", StringComparison.Ordinal))
            {
                boots.Add(new(identity, GuestHealth.Parse(text), null) { Entry = entry });
            }
            else if (text.StartsWith("wrote ", StringComparison.Ordinal))
            {
                boots[^1] = boots[^1] with { Wrote = GuestHealth.Parse(text) };
            }
        }

        return boots;
    }

    /// <summary>A string in the identity document.</summary>
    public string? Text(string key) => Identity?.GetProperty(key).GetString();
}

/// <summary>LamBoot's variables as the firmware gave them to the guest, in the terms of a health record.</summary>
internal sealed record GuestHealth(
    int? StateCode,
    int? CrashCount,
    string? LastEntry,
    string? Timestamp,
    string? Version,
    string? VmGenId
)
{
    public static GuestHealth Parse(string line)
    {
        Dictionary<string, byte[]?> values = line.Split(' ')
            .Skip(1)
            .Select(word => word.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1] == "-" ? null : Convert.FromHexString(pair[1]));
        return new(
            values["state"]?[0],
            values["crashes"]?[0],
            values["entry"] is { } entry ? Encoding.UTF8.GetString(entry) : null,
            values["time"] is { } time ? Time(time) : null,
            values["version"] is { } version ? $"{version[2]}.{version[1]}.{version[0]}" : null,
            values["vmgenid"] is { } id ? new Guid(id).ToString() : null
        );
    }

    /// <summary>The same values from a health record.</summary>
    public static GuestHealth Of(JsonElement record) =>
        new(
            Number(record, "state_code"),
            Number(record, "crash_count"),
            record.GetProperty("last_entry").GetString(),
            record.GetProperty("timestamp").GetString(),
            record.GetProperty("version").GetString(),
            record.GetProperty("vmgenid").GetString()
        );

    private static int? Number(JsonElement record, string key) =>
        record.GetProperty(key) is { ValueKind: JsonValueKind.Number } value ? value.GetInt32() : null;

    private static string Time(byte[] stamp) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{stamp[0] | (stamp[1] << 8):d4}-{stamp[2]:d2}-{stamp[3]:d2}T{stamp[4]:d2}:{stamp[5]:d2}:{stamp[6]:d2}Z"
        );
}
