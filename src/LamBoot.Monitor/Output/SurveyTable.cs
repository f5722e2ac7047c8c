using System.Globalization;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Monitor.Nodes;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Output;

/// <summary>Selects the columns of a survey's table that fit: the most important ones stay, and the reason always gets some room.</summary>
/// <param name="width">The width of a line in characters; null for unlimited.</param>
/// <param name="now">The time relative to which ages are shown; null to show times instead.</param>
/// <param name="wide">Whether to show all columns: otherwise, a table that goes to a file or another program has no SINCE.</param>
/// <param name="nodes">Whether there are VMs of more than one node.</param>
internal sealed class SurveyTable(int? width, DateTimeOffset? now, bool wide, bool nodes = false)
{
    private const int ReasonRoom = 32;
    private const int Always = TableColumns.Always;

    /// <summary>The header of the status column.</summary>
    public const string Status = "STATUS";

    private const string Since = "SINCE";
    private const string Node = "NODE";

    // In table order, each with its rank: the higher, the sooner it is dropped.
    private IReadOnlyList<TableColumn<VmHealth>> All =>
        [
            new("VMID", Always, vm => vm.Record.Vmid?.ToString(CultureInfo.InvariantCulture) ?? "-"),
            new("NAME", Always, vm => Short(vm.Record.Name)),
            new(Node, Always, vm => Short(vm.Node)),
            new("ROLE", 4, vm => Short(vm.Record.Role)),
            new("POWER", 2, vm => vm.Record.QmpStatus ?? "-"),
            new(Status, Always, vm => vm.Record.Status.Word()),
            new(Since, 1, vm => Time(vm.Since)),
            new("STATE", 6, vm => HealthText.State(vm.Record)),
            new("CRASHES", 5, vm => vm.Record.CrashCount?.ToString(CultureInfo.InvariantCulture) ?? "-"),
            new("BOOTED", 3, vm => Booted(vm.Record.Timestamp)),
        ];

    /// <summary>The headers and rows, with the reason last.</summary>
    /// <param name="vms">The VMs.</param>
    public (string[] Headers, IEnumerable<string[]> Rows) Of(IReadOnlyList<VmHealth> vms) =>
        TableColumns.Fit(
            All.Where(column => wide || width is not null || column.Header != Since)
                .Where(column => nodes || column.Header != Node),
            new("REASON, LAST ENTRY", Always, vm => Why(vm.Record)),
            ReasonRoom,
            vms,
            width
        );

    /// <summary>The reason; for a node that did not answer, without the leading word that all such nodes have.</summary>
    private static string Why(HealthRecord record) => SilentNode.Reason(record) ?? HealthText.Why(record);

    private string Short(string? text) => TableColumns.Name(text, width);

    private string Time(DateTimeOffset? time) =>
        time is not { } at ? "-"
        : now is { } present ? AgeText.Of(present - at)
        : UtcText.Format(at);

    /// <summary>The boot time by the guest's clock, which may be wrong: a time in the future is shown as is.</summary>
    private string Booted(string? timestamp) =>
        UtcText.Parse(timestamp) is { } at && now is { } present && at <= present
            ? $"{AgeText.Of(present - at)} ago"
            : timestamp ?? "-";
}
