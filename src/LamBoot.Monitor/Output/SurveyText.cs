using System.Globalization;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Output;

/// <summary>The survey as a table, for a person.</summary>
internal static class SurveyText
{
    private const int LongestName = 24;
    private const int StatusColumn = 4;
    private const string Plain = "\u001b[0m";

    /// <summary>The table and its summary.</summary>
    /// <param name="survey">The survey.</param>
    /// <param name="columns">The width to fit; null for none.</param>
    /// <param name="colours">Whether to colour the status.</param>
    public static IEnumerable<string> Lines(SurveyResult survey, int? columns, bool colours)
    {
        TextTable table = new(
            "VMID",
            "NAME",
            "ROLE",
            "POWER",
            "STATUS",
            "STATE",
            "CRASHES",
            "BOOTED",
            "REASON, LAST ENTRY"
        );
        foreach (HealthRecord record in survey.Shown.Select(vm => vm.Record))
        {
            table.Add(
                record.Vmid?.ToString(CultureInfo.InvariantCulture) ?? "-",
                Short(record.Name, columns),
                Short(record.Role, columns),
                record.QmpStatus ?? "-",
                record.Status.Word(),
                HealthText.State(record),
                record.CrashCount?.ToString(CultureInfo.InvariantCulture) ?? "-",
                record.Timestamp ?? "-",
                HealthText.Why(record)
            );
        }

        IEnumerable<string> lines = survey.Shown.Count == 0 ? [] : table.Lines(columns, colours ? Paint : null);
        return [.. lines, Summary(survey)];
    }

    /// <summary>How many VMs have which status, and how many are not shown.</summary>
    public static string Summary(SurveyResult survey)
    {
        int hidden = survey.Vms.Count - survey.Shown.Count;
        string without = hidden == 0 ? "" : $"; {hidden} without LamBoot not shown (--all)";
        return $"{Plural.Of(survey.Shown.Count, "VM")}: {survey.Count(HealthStatus.Critical)} critical, "
            + $"{survey.Count(HealthStatus.Warning)} warning, {survey.Count(HealthStatus.Unknown)} unknown, "
            + $"{survey.Count(HealthStatus.Healthy)} healthy{without}";
    }

    private static string Short(string? text, int? columns)
    {
        string safe = string.IsNullOrEmpty(text) ? "-" : SafeText.Escape(text);
        return columns is null ? safe : TextTable.Cut(safe, LongestName);
    }

    private static string Paint(string[] row, int column, string cell)
    {
        string? colour = HealthStatuses.Parse(row[StatusColumn]) switch
        {
            HealthStatus.Critical => "\u001b[1;31m",
            HealthStatus.Warning => "\u001b[33m",
            HealthStatus.Healthy => "\u001b[32m",
            _ => null,
        };
        return column == StatusColumn && colour is not null ? colour + cell + Plain : cell;
    }
}
