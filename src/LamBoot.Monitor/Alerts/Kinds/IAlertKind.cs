namespace LamBoot.Monitor.Alerts.Kinds;

/// <summary>A way in which alerts reach somebody.</summary>
internal interface IAlertKind : IDisposable
{
    /// <summary>Its name in messages.</summary>
    string Name { get; }

    /// <summary>What tells it from another of its kind: all that it was made of. It may hold secrets.</summary>
    string Key { get; }

    /// <summary>The file of what was delivered by it, as the host sees it.</summary>
    string StatePath { get; }

    /// <summary>What it means that it was delivered, for whoever tries it.</summary>
    string Delivered { get; }

    /// <summary>How often the same is tried before it is given up.</summary>
    int MaximumAttempts { get; }

    /// <summary>Whether the receiver forgets an alert that does not come again.</summary>
    bool ForgetsWhatLasts { get; }

    /// <summary>Whether it has anything to say of a change.</summary>
    bool Has(Alert alert);

    /// <summary>How it parts alerts into messages, each of which is delivered or is not.</summary>
    IEnumerable<IReadOnlyList<Alert>> Messages(IReadOnlyList<Alert> alerts);

    /// <summary>Delivers a message, within a bounded time.</summary>
    /// <param name="alerts">Its alerts, one at least.</param>
    /// <param name="validFor">How long an alert is valid if it does not come again.</param>
    /// <returns>Why it failed, or null.</returns>
    DeliveryFailure? Send(IReadOnlyList<Alert> alerts, TimeSpan validFor);
}
