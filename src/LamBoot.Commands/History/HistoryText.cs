using System.Globalization;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands.History;

/// <summary>A VM's records, for a person.</summary>
internal static class HistoryText
{
    /// <summary>The lines of a table; of several, where some records are of an earlier VM with the same VMID.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="records">Its records, oldest first.</param>
    /// <param name="uuid">The VM's uuid; null where it is not known: then the newest record's.</param>
    public static IEnumerable<string> Lines(int vmid, IReadOnlyList<HealthRecord> records, string? uuid)
    {
        if (records.Count == 0)
        {
            return [$"VM {vmid}: no health records"];
        }

        uuid ??= records.LastOrDefault(record => record.Uuid is not null)?.Uuid;
        bool isOfOne = records.All(record => !IsOfAnother(record, uuid));
        IEnumerable<string> lines = isOfOne ? Table(records) : Groups(vmid, records, uuid!);
        return ConfirmedBoot.Line(records, uuid) is { } confirmed ? lines.Append(confirmed) : lines;
    }

    private static IEnumerable<string> Groups(int vmid, IReadOnlyList<HealthRecord> records, string uuid)
    {
        int start = 0;
        while (start < records.Count)
        {
            string? of = records[start].Uuid;
            List<HealthRecord> group = [.. records.Skip(start).TakeWhile(record => record.Uuid == of)];
            yield return of is null ? $"of a VM with VMID {vmid}, recorded without its uuid:"
            : of == uuid ? $"of VM {vmid} (uuid {uuid}):"
            : $"of an earlier VM with VMID {vmid} (uuid {SafeText.Escape(of)}):";
            foreach (string line in Table(group))
            {
                yield return line;
            }

            start += group.Count;
        }
    }

    private static bool IsOfAnother(HealthRecord record, string? uuid) => record.Uuid is { } its && its != uuid;

    private static IEnumerable<string> Table(IEnumerable<HealthRecord> records)
    {
        TextTable table = new("OBSERVED", "PHASE", "STATUS", "STATE", "CRASHES", "BOOTED", "REASON, LAST ENTRY");
        foreach (HealthRecord record in records)
        {
            table.Add(
                SafeText.Escape(record.ObservedAt),
                SafeText.Escape(record.Phase),
                record.Status.Word(),
                SafeText.Escape(HealthText.State(record)),
                record.CrashCount?.ToString(CultureInfo.InvariantCulture) ?? "-",
                SafeText.Escape(record.Timestamp ?? "-"),
                HealthText.Why(record)
            );
        }

        return table.Lines();
    }
}
