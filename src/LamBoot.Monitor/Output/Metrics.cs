using System.Globalization;
using System.Text;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Fleet.Text;
using LamBoot.Monitor.Survey;
using LamBoot.Pve.Qemu;

namespace LamBoot.Monitor.Output;

/// <summary>
/// A survey as metrics, in Prometheus text format for node_exporter's textfile collector. State set labels are fixed; guest-written text
/// appears only in <c>lamboot_vm_info</c>.
/// </summary>
internal static class Metrics
{
    private const string UpName = "lamboot_monitor_up";

    private static readonly string[] Statuses = ["healthy", "warning", "critical", "unknown"];
    private static readonly string[] States = ["Fresh", "Booting", "BootedOK", "CrashLoop", "Unknown"];

    /// <summary>The metrics of a survey.</summary>
    /// <param name="result">The survey.</param>
    public static string Text(SurveyResult result)
    {
        StringBuilder text = new();
        IReadOnlyList<HealthRecord> records = [.. result.Shown.Select(vm => vm.Record).OrderBy(record => record.Vmid)];
        Family(text, "lamboot_vm_info", "A VM with LamBoot, or attached to run it; always 1.");
        foreach (HealthRecord r in records)
        {
            text.Append(CultureInfo.InvariantCulture, $"lamboot_vm_info{{vmid=\"{r.Vmid}\",{Label("name", r.Name)},");
            text.Append(CultureInfo.InvariantCulture, $"{Label("fleet_id", r.FleetId)},{Label("role", r.Role)},");
            text.Append(CultureInfo.InvariantCulture, $"{Label("version", r.Version)}}} 1\n");
        }

        Set(
            text,
            records,
            "lamboot_vm_status",
            "status",
            Statuses,
            r => r.Status.Word(),
            "Boot health of a VM: 1 for its status, 0 for the others."
        );
        Set(
            text,
            records,
            "lamboot_vm_state",
            "state",
            States,
            r => r.State,
            "LamBootState of a VM: 1 for its state, 0 for the others; absent if unknown."
        );
        Gauge(
            text,
            records,
            "lamboot_vm_crashes",
            "Unconfirmed boots in a row before the last one.",
            r => r.CrashCount
        );
        Gauge(
            text,
            records,
            "lamboot_vm_boot_timestamp_seconds",
            "When the VM last booted, by its own clock.",
            BootTime
        );
        Gauge(
            text,
            records,
            "lamboot_vm_running",
            "Whether the VM is running.",
            r =>
                r.QmpStatus is null ? null
                : r.QmpStatus == VmPower.Stopped.Status ? 0
                : 1
        );
        Gauge(
            text,
            records,
            "lamboot_vm_readable",
            "Whether the VM's variable store could be read; absent for a VM without one.",
            r =>
                VmHealth.IsWithoutStore(r) ? null
                : VmHealth.IsReadable(r) ? 1
                : 0
        );
        Quiet(text, result.Listed);
        Evidence(text, [.. result.Listed.Select(vm => vm.Record).OrderBy(record => record.Vmid)]);
        Up(text, 1);
        One(text, "lamboot_monitor_vms", "VMs shown.", result.Shown.Count);
        One(
            text,
            "lamboot_monitor_read_errors",
            "Variable stores that the last survey could not read.",
            result.Vms.Count(vm => vm.IsReadError)
        );
        One(text, "lamboot_monitor_duration_seconds", "How long the last survey took.", result.Duration.TotalSeconds);
        One(
            text,
            "lamboot_monitor_last_run_timestamp_seconds",
            "When the last survey ended.",
            DateTimeOffset.UtcNow.ToUnixTimeSeconds()
        );
        return text.ToString();
    }

    /// <summary>The VMs excluded from alerts, for alert rules that leave them out.</summary>
    private static void Quiet(StringBuilder text, IReadOnlyList<VmHealth> vms)
    {
        const string Name = "lamboot_vm_quiet";
        Family(text, Name, "Whether the VM raises no alerts: locked, a template, or with a tag in ignore_tags.");
        foreach (VmHealth vm in vms.OrderBy(vm => vm.Record.Vmid))
        {
            int isQuiet = vm.IsQuiet ? 1 : 0;
            text.Append(CultureInfo.InvariantCulture, $"{Name}{{vmid=\"{vm.Record.Vmid}\"}} {isQuiet}\n");
        }
    }

    /// <summary>What any UEFI guest's store reveals, with or without LamBoot.</summary>
    private static void Evidence(StringBuilder text, IReadOnlyList<HealthRecord> records)
    {
        Set(
            text,
            records,
            "lamboot_vm_verdict",
            "verdict",
            [.. VerdictKinds.All.Select(kind => kind.Word())],
            r => r.Verdict?.Word(),
            "Boot verdict of a VM: 1 for its verdict, 0 for the others."
        );
        Set(
            text,
            records,
            "lamboot_vm_secureboot",
            "state",
            [.. SecureBootKinds.All.Select(kind => kind.Word())],
            r => r.SecureBoot?.Word(),
            "Secure Boot state of a VM: 1 for its state, 0 for the others."
        );
        Gauge(
            text,
            records,
            "lamboot_vm_firmware_boots_total",
            "Boots of the VM's firmware, including resets.",
            r => r.FirmwareBoots,
            type: "counter"
        );
        Gauge(
            text,
            records,
            "lamboot_vm_crash_timestamp_seconds",
            "When the VM's guest last crashed, by its own clock; absent if no crash record has a time.",
            r => r.Crash?.At?.ToUnixTimeSeconds()
        );
    }

    /// <summary>
    /// The metrics when there was no survey: those of the last one, which is all that is known, and the monitor reported as down. Without
    /// the VMs' metrics, every alert about one would resolve.
    /// </summary>
    /// <param name="last">The metrics written last; empty if none.</param>
    public static string Down(string last)
    {
        string isUp = $"\n{UpName} 1\n";
        string isDown = $"\n{UpName} 0\n";
        if (last.Contains(isUp, StringComparison.Ordinal) || last.Contains(isDown, StringComparison.Ordinal))
        {
            return last.Replace(isUp, isDown, StringComparison.Ordinal);
        }

        StringBuilder text = new();
        Up(text, 0);
        return text.ToString();
    }

    private static void Family(StringBuilder text, string name, string help, string type = "gauge") =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private static void Up(StringBuilder text, int value) =>
        One(
            text,
            UpName,
            "Whether the last survey could list the node's VMs; if not, all other metrics are from the last one that could.",
            value
        );

    private static void One(StringBuilder text, string name, string help, double value)
    {
        Family(text, name, help);
        text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
    }

    private static void Gauge(
        StringBuilder text,
        IReadOnlyList<HealthRecord> records,
        string name,
        string help,
        Func<HealthRecord, long?> value,
        string type = "gauge"
    )
    {
        Family(text, name, help, type);
        foreach (HealthRecord record in records)
        {
            if (value(record) is { } number)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{{vmid=\"{record.Vmid}\"}} {number}\n");
            }
        }
    }

    private static void Set(
        StringBuilder text,
        IReadOnlyList<HealthRecord> records,
        string name,
        string label,
        string[] values,
        Func<HealthRecord, string?> value,
        string help
    )
    {
        Family(text, name, help);
        foreach (HealthRecord record in records.Where(each => value(each) is not null))
        {
            foreach (string each in values)
            {
                int isIt = value(record) == each ? 1 : 0;
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{name}{{vmid=\"{record.Vmid}\",{label}=\"{each}\"}} {isIt}\n"
                );
            }
        }
    }

    private static long? BootTime(HealthRecord record) => UtcText.Parse(record.Timestamp)?.ToUnixTimeSeconds();

    /// <summary>A label; its value is made printable, so that it cannot affect whoever reads the file.</summary>
    private static string Label(string name, string? value)
    {
        string safe = SafeText.Escape(value ?? "").Replace(@"\", @"\\", StringComparison.Ordinal);
        return $"{name}=\"{safe.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }
}
