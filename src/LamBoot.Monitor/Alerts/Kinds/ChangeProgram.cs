using LamBoot.Fleet;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Processes;

namespace LamBoot.Monitor.Alerts.Kinds;

/// <summary>
/// The administrator's own program, run for each change: the record on its standard input, the essentials in its environment. No
/// guest-written text becomes an argument or decides what runs.
/// </summary>
internal sealed class ChangeProgram(HostRoot root, string path) : IAlertKind
{
    private const int TimeoutMilliseconds = 60_000;
    private const int Attempts = 5;

    // One at a time, even while a changed fleet.toml creates another.
    private static readonly Lock Running = new();

    public string Name => "run";

    public string Key => path;

    public string StatePath => LamBootPaths.RunAlerts;

    public string Delivered => $"{path} exited with 0";

    /// <summary>The maximum number of attempts: each has side effects, and there is no receiver that might come back.</summary>
    public int MaximumAttempts => Attempts;

    public bool ForgetsWhatLasts => false;

    public bool Has(Alert alert) => true;

    public IEnumerable<IReadOnlyList<Alert>> Messages(IReadOnlyList<Alert> alerts) =>
        alerts.Select<Alert, IReadOnlyList<Alert>>(alert => [alert]);

    public DeliveryFailure? Send(IReadOnlyList<Alert> alerts, TimeSpan validFor)
    {
        try
        {
            lock (Running)
            {
                byte[] record = [.. alerts[0].Record.ToJson(), (byte)'\n'];
                ChildProcess.Tell(root.Resolve(path), TimeoutMilliseconds, [], record, [.. Environment(alerts[0])]);
            }

            return null;
        }
        catch (HostException e)
        {
            return new(e.Message, IsFinal: false);
        }
    }

    public void Dispose() { }

    /// <summary>The variables in its environment, with guest- and user-chosen text reduced to printable characters.</summary>
    public static IEnumerable<string> Environment(Alert alert)
    {
        HealthRecord record = alert.Record;
        (string Name, string? Value)[] variables =
        [
            ("EVENT", alert.Event),
            ("VMID", record.Vmid is { } vmid ? $"{vmid}" : ""),
            ("NAME", SafeText.Escape(record.Name ?? "")),
            ("NODE", SafeText.Escape(record.Node)),
            ("STATUS", record.Status.Word()),
            ("VERDICT", record.Verdict?.Word()),
            ("REASON", SafeText.EscapeLine(record.Reason ?? HealthText.Why(record))),
        ];
        return variables.Select(variable => $"LAMBOOT_{variable.Name}={variable.Value}");
    }
}
