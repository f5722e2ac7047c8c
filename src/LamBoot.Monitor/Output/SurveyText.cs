using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Output;

/// <summary>The survey as a table for people.</summary>
internal static class SurveyText
{
    private const string Plain = "\u001b[0m";

    /// <summary>The table and its summary.</summary>
    /// <param name="survey">The survey.</param>
    /// <param name="columns">The width to fit; null for unlimited.</param>
    /// <param name="colours">Whether to color the status.</param>
    /// <param name="wide">Whether to show all columns, with times instead of ages.</param>
    public static IEnumerable<string> Lines(SurveyResult survey, int? columns, bool colours, bool wide = false)
    {
        bool isWide = wide || columns is null;
        DateTimeOffset? now = isWide ? null : DateTimeOffset.UtcNow;
        SurveyTable of = new(isWide ? null : columns, now, wide, survey.Cluster is not null);
        List<VmHealth> shown = [.. survey.Rows];
        (string[] headers, IEnumerable<string[]> rows) = of.Of(shown);
        TextTable table = new(headers);
        foreach (string[] row in rows)
        {
            table.Add(row);
        }

        int status = Array.IndexOf(headers, SurveyTable.Status);
        IEnumerable<string> lines =
            shown.Count == 0
                ? []
                : table.Lines(
                    wide ? null : columns,
                    colours ? (row, column, cell) => Paint(row, column, cell, status) : null
                );
        return [.. lines, columns is { } most ? TextWidth.Cut(Summary(survey), most) : Summary(survey)];
    }

    /// <summary>The number of VMs and, in a cluster, of nodes that answered.</summary>
    /// <param name="survey">The survey.</param>
    /// <param name="vms">The number of VMs.</param>
    public static string Count(SurveyResult survey, int vms)
    {
        int answered = survey.Nodes - survey.SilentNodes.Count;
        string all = survey.SilentNodes.Count == 0 ? "" : $"{answered} of ";
        string nodes = survey.Cluster is null ? "" : $" on {all}{Plural.Of(survey.Nodes, "node")}";
        return Plural.Of(vms, "VM") + nodes;
    }

    /// <summary>The number of VMs with each status, and the number not shown.</summary>
    public static string Summary(SurveyResult survey)
    {
        int hidden = survey.Vms.Count - survey.Shown.Count;
        string without = hidden == 0 ? "" : $"; {hidden} without LamBoot not shown (--all)";
        return $"{Counts(survey, survey.Shown)}{without}";
    }

    /// <summary>The number of some VMs of a survey, and of those with each status.</summary>
    public static string Counts(SurveyResult survey, IReadOnlyList<VmHealth> vms) =>
        $"{Count(survey, vms.Count)}: "
        + string.Join(
            ", ",
            HealthStatuses.WorstFirst.Select(status => $"{SurveyResult.Count(vms, status)} {status.Word()}")
        );

    private static string Paint(string[] row, int column, string cell, int status)
    {
        string? colour = HealthStatuses.Parse(row[status]) switch
        {
            HealthStatus.Critical => "\u001b[1;31m",
            HealthStatus.Warning => "\u001b[33m",
            HealthStatus.Healthy => "\u001b[32m",
            _ => null,
        };
        return column == status && colour is not null ? colour + cell + Plain : cell;
    }
}
