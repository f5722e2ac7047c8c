namespace LamBoot.Monitor.Screens;

/// <summary>What a critical VM's console showed.</summary>
/// <param name="Png">The picture; null where there is none.</param>
/// <param name="At">When it was taken.</param>
/// <param name="Fault">Why there is none, or none of now; null where it is of now, or the VM does not run any more.</param>
internal sealed record ConsolePicture(byte[]? Png, DateTimeOffset At, string? Fault);
