namespace LamBoot.Monitor.Alerts;

/// <summary>Why alerts were not delivered.</summary>
/// <param name="Reason">The reason in words. A webhook's URL is secret: no part of it appears here.</param>
/// <param name="IsFinal">Whether the receiver rejects it, and would do so again.</param>
internal sealed record DeliveryFailure(string Reason, bool IsFinal);
