namespace LamBoot.Fleet;

/// <summary>A file that LamBoot Hook reads or writes on a host.</summary>
/// <param name="Path">Its path, with <c>VMID</c>, <c>NODE</c> and <c>TIME</c> as placeholders.</param>
/// <param name="Mode">Its permissions if the programs create it; null for other files.</param>
/// <param name="WrittenBy">Who writes it.</param>
/// <param name="What">Its content and purpose.</param>
internal sealed record LamBootFile(string Path, string? Mode, string WrittenBy, string What);
