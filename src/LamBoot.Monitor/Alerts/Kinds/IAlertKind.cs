namespace LamBoot.Monitor.Alerts.Kinds;

/// <summary>A way to deliver alerts.</summary>
internal interface IAlertKind : IDisposable
{
    /// <summary>Its name in messages.</summary>
    string Name { get; }

    /// <summary>All the settings with which it was created, to distinguish it from another of the same name. May contain secrets.</summary>
    string Key { get; }

    /// <summary>The file that records what it has delivered, as seen by the host.</summary>
    string StatePath { get; }

    /// <summary>What a successful delivery means, for whoever tests it.</summary>
    string Delivered { get; }

    /// <summary>How often the same message is tried before giving up.</summary>
    int MaximumAttempts { get; }

    /// <summary>Whether the receiver forgets an alert unless it is repeated.</summary>
    bool ForgetsWhatLasts { get; }

    /// <summary>Whether it supports a change.</summary>
    bool Has(Alert alert);

    /// <summary>Splits alerts into messages, each of which is delivered or not as a whole.</summary>
    IEnumerable<IReadOnlyList<Alert>> Messages(IReadOnlyList<Alert> alerts);

    /// <summary>Delivers a message within a bounded time.</summary>
    /// <param name="alerts">Its alerts, at least one.</param>
    /// <param name="validFor">How long an alert is valid unless it is repeated.</param>
    /// <returns>Why it failed, or null.</returns>
    DeliveryFailure? Send(IReadOnlyList<Alert> alerts, TimeSpan validFor);
}
