using System.Globalization;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Monitor.Nodes;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Output;

/// <summary>
/// A survey as the one-line output of a Nagios plugin, with performance data (nagios-plugins.org, development guidelines).
/// </summary>
internal static class NagiosLine
{
    private const int MostNamed = 5;
    private const int LongestReason = 120;

    private static readonly string[] Words = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];

    /// <summary>The line for a survey.</summary>
    /// <param name="survey">The survey.</param>
    /// <param name="exitCode">The program's exit code.</param>
    public static string Of(SurveyResult survey, int exitCode)
    {
        List<VmHealth> vms = [.. survey.Shown.Where(vm => !vm.IsQuiet)];
        List<VmHealth> bad = [.. vms.Where(vm => vm.IsBroken || vm.IsUnknown)];
        List<string> names =
        [
            .. survey.IsNoneSelected ? [SurveyResult.NoneSelected] : Array.Empty<string>(),
            .. survey.SilentNodes.Select(Name),
            .. bad.Select(Name),
        ];
        string named = string.Join("; ", names.Take(MostNamed));
        string more = names.Count > MostNamed ? $"; and {names.Count - MostNamed} more" : "";
        string data = string.Join(
            ' ',
            HealthStatuses.WorstFirst.Select(status => Datum(status.Word(), SurveyResult.Count(vms, status), vms.Count))
        );
        if (survey.Cluster is not null)
        {
            data += " " + Datum("silent_nodes", survey.SilentNodes.Count, survey.Nodes);
        }

        return Line(exitCode, $"{SurveyText.Counts(survey, vms)}{(names.Count > 0 ? " - " : "")}{named}{more}")
            + $" | {data}";
    }

    private static string Datum(string name, int count, int most) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}={count};;;0;{most}");

    /// <summary>The line when there was no survey.</summary>
    /// <param name="failure">The reason.</param>
    /// <param name="exitCode">The program's exit code.</param>
    public static string OfFailure(string failure, int exitCode) => Line(exitCode, failure);

    private static string Name(HealthRecord silent) =>
        $"node {silent.Node}: {TextWidth.Cut(SilentNode.Reason(silent) ?? "", LongestReason)}";

    private static string Name(VmHealth vm)
    {
        string name = vm.Record.Name is null ? "" : $" ({SafeText.Escape(vm.Record.Name)})";
        return $"VM {vm.Record.Vmid}{name} {vm.Record.Status.Word()}: {SafeText.Shorten(vm.Record.Reason ?? HealthText.Why(vm.Record), LongestReason)}";
    }

    /// <summary>Formats a line. Performance data follows a bar, so bars are removed from text written by others.</summary>
    private static string Line(int exitCode, string text) =>
        $"LAMBOOT {Words[exitCode]} - {SafeText.EscapeLine(text).Replace("|", @"\u{7c}", StringComparison.Ordinal)}";
}
