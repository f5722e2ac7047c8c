namespace LamBoot.Monitor.Screens;

/// <summary>A screenshot of a critical VM's console.</summary>
/// <param name="Png">The image; null if there is none.</param>
/// <param name="At">When it was taken.</param>
/// <param name="Fault">Why there is none, or no current one; null if it is current, or if the VM is no longer running.</param>
internal sealed record ConsolePicture(byte[]? Png, DateTimeOffset At, string? Fault);
