using System.Globalization;
using LamBoot.Fleet;

namespace LamBoot.Monitor;

/// <summary>The survey as a table, for a person.</summary>
internal static class SurveyText
{
    public static IEnumerable<string> Lines(Survey survey)
    {
        TextTable table = new("VMID", "NAME", "ROLE", "POWER", "STATUS", "STATE", "CRASHES", "BOOTED", "LAST ENTRY");
        foreach (HealthRecord record in survey.Records)
        {
            table.Add(
                record.Vmid?.ToString(CultureInfo.InvariantCulture) ?? "-",
                SafeText.Escape(record.Name ?? "-"),
                record.Role.Length == 0 ? "-" : SafeText.Escape(record.Role),
                record.QmpStatus ?? "-",
                record.Status,
                HealthText.State(record),
                record.CrashCount?.ToString(CultureInfo.InvariantCulture) ?? "-",
                record.Timestamp ?? "-",
                record.Error is { } error ? SafeText.Escape(error) : HealthText.Entry(record)
            );
        }

        return [.. survey.Records.Count == 0 ? [] : table.Lines(), Summary(survey)];
    }

    private static string Summary(Survey survey)
    {
        string without = survey.WithoutOvmf == 0 ? "" : $"; {survey.WithoutOvmf} without OVMF not shown";
        return $"{survey.Records.Count} VMs: {survey.Count(HealthStatus.Critical)} critical, "
            + $"{survey.Count(HealthStatus.Warning)} warning, {survey.Count(HealthStatus.Unknown)} unknown, "
            + $"{survey.Count(HealthStatus.Healthy)} healthy{without}";
    }
}
