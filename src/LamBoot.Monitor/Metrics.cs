using System.Globalization;
using System.Text;
using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Monitor;

/// <summary>
/// A survey as metrics, in the text format of Prometheus for node_exporter's textfile collector. Labels of a state set are
/// fixed; what a guest wrote stands in <c>lamboot_vm_info</c> alone.
/// </summary>
internal static class Metrics
{
    private const string ErrorsName = "lamboot_monitor_read_errors_total";
    private const int MaximumFile = 64 << 20;

    private static readonly string[] Statuses = ["healthy", "warning", "critical", "unknown"];
    private static readonly string[] States = ["Fresh", "Booting", "BootedOK", "CrashLoop", "Unknown"];

    /// <summary>The metrics of a survey.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="errors">How many reads failed, ever.</param>
    public static string Text(SurveyResult result, long errors)
    {
        StringBuilder text = new();
        IReadOnlyList<HealthRecord> records = [.. result.Shown.Select(vm => vm.Record).OrderBy(record => record.Vmid)];
        Family(text, "lamboot_vm_info", "gauge", "A VM that LamBoot runs in, or is to run in; always 1.");
        foreach (HealthRecord r in records)
        {
            text.Append(CultureInfo.InvariantCulture, $"lamboot_vm_info{{vmid=\"{r.Vmid}\",{Label("name", r.Name)},");
            text.Append(CultureInfo.InvariantCulture, $"{Label("fleet_id", r.FleetId)},{Label("role", r.Role)},");
            text.Append(
                CultureInfo.InvariantCulture,
                $"{Label("version", r.Version)},{Label("last_entry", r.LastEntry)}}} 1\n"
            );
        }

        Set(
            text,
            records,
            "lamboot_vm_status",
            "status",
            Statuses,
            r => r.Status,
            "Boot health of a VM: 1 for its status, 0 for the others."
        );
        Set(
            text,
            records,
            "lamboot_vm_state",
            "state",
            States,
            r => r.State,
            "LamBootState of a VM: 1 for its state, 0 for the others; none where it is not known."
        );
        Gauge(text, records, "lamboot_vm_crashes", "Boots in a row that were not confirmed.", r => r.CrashCount);
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
            "Whether QEMU runs for the VM.",
            r =>
                r.QmpStatus is null ? null
                : r.QmpStatus == QemuProcess.Stopped ? 0
                : 1
        );
        Gauge(
            text,
            records,
            "lamboot_vm_readable",
            "Whether the VM's variable store could be read.",
            r => r.Error?.StartsWith("no-lamboot-variables", StringComparison.Ordinal) != false ? 1 : 0
        );
        One(text, "lamboot_monitor_vms", "gauge", "VMs shown.", result.Shown.Count);
        One(text, ErrorsName, "counter", "Variable stores that could not be read.", errors);
        One(
            text,
            "lamboot_monitor_duration_seconds",
            "gauge",
            "How long the last survey took.",
            result.Duration.TotalSeconds
        );
        One(
            text,
            "lamboot_monitor_last_run_timestamp_seconds",
            "gauge",
            "When the last survey ended.",
            DateTimeOffset.UtcNow.ToUnixTimeSeconds()
        );
        return text.ToString();
    }

    /// <summary>How many reads had failed by a file that was written before: a counter goes on where it was.</summary>
    /// <param name="path">The file; a missing or foreign one counts none.</param>
    public static long ReadErrors(string path)
    {
        try
        {
            string text = Encoding.UTF8.GetString(HostFile.ReadAllOrNull(path, MaximumFile) ?? []);
            string? line = text.Split('\n')
                .FirstOrDefault(each => each.StartsWith(ErrorsName + " ", StringComparison.Ordinal));
            return long.TryParse(
                line?[ErrorsName.Length..],
                NumberStyles.AllowLeadingWhite,
                CultureInfo.InvariantCulture,
                out long errors
            )
                ? Math.Max(errors, 0)
                : 0;
        }
        catch (HostException)
        {
            return 0;
        }
    }

    private static void Family(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private static void One(StringBuilder text, string name, string type, string help, double value)
    {
        Family(text, name, type, help);
        text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
    }

    private static void Gauge(
        StringBuilder text,
        IReadOnlyList<HealthRecord> records,
        string name,
        string help,
        Func<HealthRecord, long?> value
    )
    {
        Family(text, name, "gauge", help);
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
        Family(text, name, "gauge", help);
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

    private static long? BootTime(HealthRecord record) =>
        DateTimeOffset.TryParse(
            record.Timestamp,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out DateTimeOffset time
        )
            ? time.ToUnixTimeSeconds()
            : null;

    /// <summary>A label; its value is made printable first, so that nothing in it acts on who reads the file.</summary>
    private static string Label(string name, string? value)
    {
        string safe = SafeText.Escape(value ?? "").Replace(@"\", @"\\", StringComparison.Ordinal);
        return $"{name}=\"{safe.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }
}
