using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Text;

namespace LamBoot.Monitor.Alerts.Kinds;

/// <summary>The text of a mail, with guest-written text escaped.</summary>
internal static class MailText
{
    private const int LongestSubject = 200;
    private const int LongestLine = 300;
    private const int MostLines = 100;

    /// <summary>The subject for one change.</summary>
    public static string Subject(Alert alert) =>
        Cut(
            alert.IsTest
                ? $"[lamboot] test alert from {SafeText.Escape(alert.Record.Node)}"
                : $"[lamboot] {alert.Vm}: {alert.State}: {Reason(alert.Record)}",
            LongestSubject
        );

    /// <summary>The subject for several changes.</summary>
    public static string Subject(IReadOnlyList<Alert> alerts)
    {
        int critical = alerts.Count(alert => alert.IsCritical);
        string node = SafeText.Escape(alerts[0].Record.Node);
        return Cut(
            $"[lamboot] {alerts.Count} VMs on {node}: {critical} critical, {alerts.Count - critical} no longer critical",
            LongestSubject
        );
    }

    /// <summary>The body for several changes: one line each.</summary>
    public static IEnumerable<string> Body(IReadOnlyList<Alert> alerts)
    {
        IEnumerable<Alert> worstFirst = alerts.OrderBy(alert => !alert.IsCritical);
        int more = alerts.Count - MostLines;
        return
        [
            .. worstFirst.Take(MostLines).Select(alert => Cut(alert.Text, LongestLine)),
            .. more > 0 ? (string[])[$"and {more} more"] : [],
            "",
            "What to do:",
            "  lamboot-pve-monitor --status critical    shows what is critical now",
            "  lamboot-hook inspect VMID                shows one VM's variable store",
        ];
    }

    /// <summary>The body for one change.</summary>
    /// <param name="alert">The change.</param>
    /// <param name="past">What the health log says about the VM.</param>
    /// <param name="log">The health log, as seen by the host.</param>
    public static IEnumerable<string> Body(Alert alert, VmPast past, string log) =>
        alert.IsTest
            ? [alert.Text, "", "Mail about a VM will reach you like this; see [monitor] mail_to in fleet.toml(5)."]
            :
            [
                Cut($"{alert.Vm} {Became(alert)}.", LongestLine),
                "",
                .. Facts(alert, past, log).Select(fact => Cut($"{fact.Name + ':', -16} {fact.Text}", LongestLine)),
                .. alert.IsCritical ? Advice(alert.Record) : [],
            ];

    private static IEnumerable<(string Name, string Text)> Facts(Alert alert, VmPast past, string log)
    {
        HealthRecord record = alert.Record;
        yield return ("What happened", Reason(record));
        yield return ("Since", alert.IsCritical ? past.Since : record.ObservedAt);
        if (record.HasBoot)
        {
            yield return ("Last boot", $"{record.Timestamp ?? "no time"}, entry {HealthText.Entry(record)}");
        }

        yield return (
            "Last good boot",
            past.Fault is { } fault ? $"unknown: {SafeText.EscapeLine(fault)}"
            : past.LastGood is { } good ? $"{good.Timestamp ?? good.ObservedAt}, entry {HealthText.Entry(good)}"
            : $"none in {log}"
        );
        if (record.CrashFile is { } file)
        {
            yield return ("Kept in", SafeText.Escape(file));
        }

        yield return ("Power", record.QmpStatus ?? "unknown");
    }

    private static IEnumerable<string> Advice(HealthRecord record)
    {
        yield return "";
        yield return $"What to do, on {SafeText.Escape(record.Node)}:";
        if (record.Crash is not null)
        {
            yield return $"  lamboot-hook crash {record.Vmid}      shows its last kernel messages";
        }

        yield return $"  lamboot-hook inspect {record.Vmid}    shows its variable store";
        yield return $"  lamboot-hook history {record.Vmid}    shows its boots";
        if (record.Verdict == VerdictKind.ResetLoop)
        {
            yield return $"  qm stop {record.Vmid}                 ends the reset loop";
        }
    }

    private static string Became(Alert alert) =>
        alert.IsCritical ? "is critical"
        : alert.HasRecovered ? "has recovered"
        : "is no longer critical";

    private static string Reason(HealthRecord record) => record.Reason ?? HealthText.Why(record);

    private static string Cut(string text, int length) => SafeText.Shorten(SafeText.EscapeLine(text), length);
}
