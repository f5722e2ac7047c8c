namespace LamBoot.Linux;

/// <summary>
/// The tree that all paths of the host start below: <c>/</c>, or another. Paths written into a configuration never have the prefix: QEMU sees
/// them without.
/// </summary>
public sealed class HostRoot
{
    private readonly string _prefix;

    /// <summary>A host tree.</summary>
    /// <param name="root">The folder; null or empty means the host itself.</param>
    public HostRoot(string? root = null) =>
        _prefix = string.IsNullOrEmpty(root)
            ? ""
            : Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)).TrimEnd('/');

    /// <summary>Whether this is the host itself.</summary>
    public bool IsHost => _prefix.Length == 0;

    /// <summary>Where a path of the host is in this tree.</summary>
    /// <param name="hostPath">An absolute path, as the host sees it.</param>
    public string Resolve(string hostPath) => _prefix + hostPath;
}
