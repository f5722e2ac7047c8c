using System.Globalization;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands.History;

/// <summary>A VM's records as text for people.</summary>
internal static class HistoryText
{
    /// <summary>The lines of a table, or of several tables if some records belong to an earlier VM with the same VMID.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="records">Its records, oldest first.</param>
    /// <param name="uuid">The VM's UUID; null if unknown: then the newest record's.</param>
    public static IEnumerable<string> Lines(int vmid, IReadOnlyList<HealthRecord> records, string? uuid)
    {
        if (records.Count == 0)
        {
            return [$"VM {vmid}: no health records"];
        }

        uuid ??= records.LastOrDefault(record => record.Uuid is not null)?.Uuid;
        bool isOfOne = records.All(record => !IsOfAnother(record, uuid));
        bool hasNodes = records.Select(record => record.Node).Distinct().Skip(1).Any();
        IEnumerable<string> lines = isOfOne ? Table(records, hasNodes) : Groups(vmid, records, uuid!, hasNodes);
        return ConfirmedBoot.Line(records, uuid) is { } confirmed ? lines.Append(confirmed) : lines;
    }

    private static IEnumerable<string> Groups(int vmid, IReadOnlyList<HealthRecord> records, string uuid, bool hasNodes)
    {
        int start = 0;
        while (start < records.Count)
        {
            string? of = records[start].Uuid;
            List<HealthRecord> group = [.. records.Skip(start).TakeWhile(record => record.Uuid == of)];
            yield return of is null ? $"VM with VMID {vmid}, recorded without its uuid:"
            : of == uuid ? $"VM {vmid} (uuid {uuid}):"
            : $"earlier VM with VMID {vmid} (uuid {SafeText.Escape(of)}):";
            foreach (string line in Table(group, hasNodes))
            {
                yield return line;
            }

            start += group.Count;
        }
    }

    private static bool IsOfAnother(HealthRecord record, string? uuid) => record.Uuid is { } its && its != uuid;

    /// <summary>A table, with the nodes if there is more than one: a VM that migrated has records on each node that it was on.</summary>
    private static IEnumerable<string> Table(IEnumerable<HealthRecord> records, bool hasNodes)
    {
        string[] node = hasNodes ? ["NODE"] : [];
        TextTable table = new([
            "OBSERVED",
            .. node,
            "PHASE",
            "STATUS",
            "STATE",
            "CRASHES",
            "BOOTED",
            "REASON, LAST ENTRY",
        ]);
        foreach (HealthRecord record in records)
        {
            string[] of = hasNodes ? [SafeText.Escape(record.Node)] : [];
            table.Add([
                SafeText.Escape(record.ObservedAt),
                .. of,
                SafeText.Escape(record.Phase),
                record.Status.Word(),
                SafeText.Escape(HealthText.State(record)),
                record.CrashCount?.ToString(CultureInfo.InvariantCulture) ?? "-",
                SafeText.Escape(record.Timestamp ?? "-"),
                HealthText.Why(record),
            ]);
        }

        return table.Lines();
    }
}
