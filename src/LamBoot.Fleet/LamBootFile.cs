namespace LamBoot.Fleet;

/// <summary>A file that LamBoot Hook reads or writes on a host.</summary>
/// <param name="Path">Its path, with <c>VMID</c>, <c>NODE</c> and <c>TIME</c> for what varies.</param>
/// <param name="Mode">Its permissions where the programs make it; null for a file of others.</param>
/// <param name="WrittenBy">Who writes it.</param>
/// <param name="What">What is in it, and what it is for.</param>
internal sealed record LamBootFile(string Path, string? Mode, string WrittenBy, string What);
