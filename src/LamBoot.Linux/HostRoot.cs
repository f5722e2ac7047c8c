namespace LamBoot.Linux;

/// <summary>
/// The tree that all paths of the host start below: <c>/</c>, or what <c>--root</c> or <c>LAMBOOT_ROOT</c> names. Paths
/// written into a configuration never have the prefix: QEMU sees them without.
/// </summary>
public sealed class HostRoot
{
    /// <summary>The folder of what the host's own boot may forget.</summary>
    public const string RunFolder = "/run/lamboot";

    private readonly string _prefix;

    /// <summary>A host tree.</summary>
    /// <param name="root">The folder; null or empty means the host itself.</param>
    public HostRoot(string? root = null) =>
        _prefix = string.IsNullOrEmpty(root)
            ? ""
            : Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)).TrimEnd('/');

    /// <summary>The tree that <c>LAMBOOT_ROOT</c> names, else the host itself.</summary>
    public static HostRoot FromEnvironment() => new(Environment.GetEnvironmentVariable("LAMBOOT_ROOT"));

    /// <summary>The node's name, once it is known.</summary>
    internal string? NodeName { get; set; }

    /// <summary>Whether this is the host itself.</summary>
    public bool IsHost => _prefix.Length == 0;

    /// <summary>Where a path of the host is in this tree.</summary>
    /// <param name="hostPath">An absolute path, as the host sees it.</param>
    public string Resolve(string hostPath) => _prefix + hostPath;
}
