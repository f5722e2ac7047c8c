namespace LamBoot.Monitor.Alerts;

/// <summary>Why a post failed.</summary>
/// <param name="Reason">In words. The URL is a secret: no part of it is in them.</param>
/// <param name="IsFinal">Whether the receiver refuses it, and would again.</param>
internal sealed record PostFailure(string Reason, bool IsFinal);
