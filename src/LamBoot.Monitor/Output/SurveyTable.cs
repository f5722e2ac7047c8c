using System.Globalization;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Monitor.Nodes;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Output;

/// <summary>Which columns of a survey's table there is room for: what matters most stays, the reason always with some room.</summary>
/// <param name="width">The width of a line in characters; null for no bound.</param>
/// <param name="now">The time that ages are counted to; null shows times instead.</param>
/// <param name="wide">Whether all columns are asked for: a table that goes to a file or another program has no SINCE else.</param>
/// <param name="nodes">Whether the VMs are of more nodes than this one.</param>
internal sealed class SurveyTable(int? width, DateTimeOffset? now, bool wide, bool nodes = false)
{
    private const int ReasonRoom = 32;
    private const int Always = TableColumns.Always;

    /// <summary>The header of the status.</summary>
    public const string Status = "STATUS";

    private const string Since = "SINCE";
    private const string Node = "NODE";

    // In the order of the table, each with its rank: the higher, the sooner it goes.
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

    /// <summary>The headers and the rows, the reason last.</summary>
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

    /// <summary>The reason; of a node that said nothing without the word before it, which every such node has.</summary>
    private static string Why(HealthRecord record) => SilentNode.Reason(record) ?? HealthText.Why(record);

    private string Short(string? text) => TableColumns.Name(text, width);

    private string Time(DateTimeOffset? time) =>
        time is not { } at ? "-"
        : now is { } present ? AgeText.Of(present - at)
        : UtcText.Format(at);

    /// <summary>By the guest's clock, which may be wrong: a time to come is shown as it is.</summary>
    private string Booted(string? timestamp) =>
        UtcText.Parse(timestamp) is { } at && now is { } present && at <= present
            ? $"{AgeText.Of(present - at)} ago"
            : timestamp ?? "-";
}
