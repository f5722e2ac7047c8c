using LamBoot.Fleet;
using LamBoot.Linux;
using LamBoot.Linux.Processes;

namespace LamBoot.Monitor.Alerts.Kinds;

/// <summary>Mail through the node's own sendmail: Proxmox VE forwards mail for root to its notification targets.</summary>
internal sealed class Mail(HostRoot root, string recipient, string log) : IAlertKind
{
    private const string Sendmail = "/usr/sbin/sendmail";
    private const int TimeoutMilliseconds = 30_000;
    private const int MostAtOnce = 3;

    public string Name => "mail";

    public string Key => $"{recipient}\n{log}";

    public string StatePath => LamBootPaths.MailedAlerts;

    public string Delivered => $"{Sendmail} accepted it for {recipient}";

    public int MaximumAttempts => int.MaxValue;

    public bool ForgetsWhatLasts => false;

    public bool Has(Alert alert) => true;

    /// <summary>One message per change; if many VMs change at once, as when a storage comes and goes, one for all of them.</summary>
    public IEnumerable<IReadOnlyList<Alert>> Messages(IReadOnlyList<Alert> alerts) =>
        alerts.Count > MostAtOnce ? [alerts] : alerts.Select<Alert, IReadOnlyList<Alert>>(alert => [alert]);

    public DeliveryFailure? Send(IReadOnlyList<Alert> alerts, TimeSpan validFor)
    {
        byte[] message = MailMessage.Of(
            recipient,
            alerts.Count == 1 ? MailText.Subject(alerts[0]) : MailText.Subject(alerts),
            alerts.Count == 1 ? MailText.Body(alerts[0], Past(alerts[0]), log) : MailText.Body(alerts)
        );
        try
        {
            ChildProcess.Tell(root.Resolve(Sendmail), TimeoutMilliseconds, ["-i", "-t"], message);
            return null;
        }
        catch (HostException e)
        {
            string fix = e.IsNotFound ? "; install postfix or another mail server" : "";
            return new(e.Message + fix, IsFinal: false);
        }
    }

    public void Dispose() { }

    private VmPast Past(Alert alert) => VmPast.Read(root.Resolve(log), alert.Record);
}
