namespace LamBoot.Monitor.Alerts;

/// <summary>Why alerts were not delivered.</summary>
/// <param name="Reason">In words. A web hook's URL is a secret: no part of it is in them.</param>
/// <param name="IsFinal">Whether the receiver refuses it, and would again.</param>
internal sealed record DeliveryFailure(string Reason, bool IsFinal);
