namespace LamBoot.Linux;

/// <summary>
/// The tree that contains all paths of the host: <c>/</c> or another folder. Paths written into a configuration never have this prefix: QEMU
/// sees them without it.
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

    /// <summary>The location of a host path in this tree.</summary>
    /// <param name="hostPath">An absolute path, as seen by the host.</param>
    public string Resolve(string hostPath) => _prefix + hostPath;
}
