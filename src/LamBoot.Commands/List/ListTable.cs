using System.Globalization;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands.List;

/// <summary>The VMs on a node as a table for people.</summary>
/// <param name="width">The width of a line in characters; null for unlimited.</param>
/// <param name="now">The time relative to which ages are shown; null to show times instead.</param>
internal sealed class ListTable(int? width, DateTimeOffset? now)
{
    private const int Always = TableColumns.Always;
    private const int RoleRoom = 10;

    private IReadOnlyList<TableColumn<ListedVm>> Columns =>
        [
            new("VMID", Always, vm => vm.Vmid.ToString(CultureInfo.InvariantCulture)),
            new("NAME", Always, vm => TableColumns.Name(vm.Name, width)),
            new("ATTACHED", Always, Attached),
            new("IDENTITY", Always, vm => vm.Identity ?? "-"),
            new("CHANNELS", 2, vm => vm.Channels.Count == 0 ? "-" : string.Join(",", vm.Channels)),
            new("VERDICT", Always, vm => vm.Fault is null ? vm.Verdict ?? vm.Status ?? "-" : "unreadable"),
            new("WHEN", 1, When),
        ];

    /// <summary>The table and its summary.</summary>
    /// <param name="vms">The VMs.</param>
    /// <param name="containers">The number of containers, which are not in the table.</param>
    public IEnumerable<string> Lines(IReadOnlyList<ListedVm> vms, int containers)
    {
        (string[] headers, IEnumerable<string[]> rows) = TableColumns.Fit(
            Columns,
            new("ROLE", Always, Role),
            RoleRoom,
            vms,
            width
        );
        TextTable table = new(headers);
        foreach (string[] row in rows)
        {
            table.Add(row);
        }

        return [.. vms.Count == 0 ? [] : table.Lines(width), Summary(vms, containers)];
    }

    /// <summary>Whether it has both of what attach sets, or which of them.</summary>
    private static string Attached(ListedVm vm) =>
        vm.Ovmf is null
            ? "-"
            : (vm.Hookscript == true, vm.Channels.Count > 0) switch
            {
                (true, true) => "yes",
                (true, false) => "hook only",
                (false, true) => "args only",
                _ => vm.Ovmf == true ? "no" : "no UEFI",
            };

    private string When(ListedVm vm) =>
        vm.VerdictAt is not { } text ? "-"
        : now is { } present && UtcText.Parse(text) is { } at ? $"{AgeText.Of(present - at)} ago"
        : SafeText.Escape(text);

    private string Role(ListedVm vm)
    {
        string role = vm.Fault is { } fault ? SafeText.Escape(fault) : TableColumns.Name(vm.Role, null);
        return vm.Kind != "template" ? role
            : role == "-" ? "(template)"
            : $"{role} (template)";
    }

    private static string Summary(IReadOnlyList<ListedVm> vms, int containers)
    {
        int attached = vms.Count(vm => vm.Hookscript == true && vm.Channels.Count > 0);
        int outdated = vms.Count(vm => vm.Identity == "outdated");
        string old = outdated == 0 ? "" : $", {outdated} with an outdated identity";
        string others = containers == 0 ? "" : $"; {Plural.Of(containers, "container")} not shown: no UEFI firmware";
        return $"{Plural.Of(vms.Count, "VM")}: {attached} attached{old}{others}";
    }
}
