using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Store;

namespace LamBoot.Fleet;

/// <summary>Every path and suffix of ours, once.</summary>
public static class LamBootPaths
{
    /// <summary>The variable of the environment that names the tree of another host.</summary>
    public const string RootVariable = "LAMBOOT_ROOT";

    /// <summary>The folder of what the host's own boot may forget.</summary>
    public const string RunFolder = "/run/lamboot";

    /// <summary>Where the README and the package have our snippet.</summary>
    public const string UsualHookscript = "local:snippets/lamboot-hook";

    /// <summary>The files by which we replace others: <c>100.conf.lamboot-1234</c>.</summary>
    public static TemporaryFiles Temporary { get; } = new(".lamboot-");

    /// <summary>Where variable stores are kept as they were before we changed them.</summary>
    public static BackupPlace Backups { get; } = new("/var/lib/lamboot/backup", Temporary);

    /// <summary>The tree that the environment names, else the host itself.</summary>
    public static HostRoot RootOfEnvironment() => new(Environment.GetEnvironmentVariable(RootVariable));

    /// <summary>Whether a volume is our snippet, on whatever storage.</summary>
    public static bool IsOurHookscript(string? volume) =>
        volume?.EndsWith("/lamboot-hook", StringComparison.Ordinal) == true;
}
