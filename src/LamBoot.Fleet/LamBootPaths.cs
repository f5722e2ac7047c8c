using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Store;

namespace LamBoot.Fleet;

/// <summary>Every path, suffix and name of LamBoot Hook's own on a host, once; paths as the host sees them.</summary>
public static class LamBootPaths
{
    /// <summary>The variable of the environment that names the tree of another host.</summary>
    public const string RootVariable = "LAMBOOT_ROOT";

    /// <summary>The fleet's configuration.</summary>
    public const string FleetToml = "/etc/lamboot/fleet.toml";

    /// <summary>The folder of the identity files, unless fleet.toml names another.</summary>
    public const string ConfigDir = "/var/lib/lamboot";

    /// <summary>The health log, unless fleet.toml names another.</summary>
    public const string Log = "/var/log/lamboot/fleet.jsonl";

    /// <summary>The folder of the crashes that the host keeps.</summary>
    public const string CrashFolder = $"{ConfigDir}/crash";

    /// <summary>The folder of what the host's own boot may forget.</summary>
    public const string RunFolder = "/run/lamboot";

    /// <summary>In it: the critical VMs that the web hook was notified of.</summary>
    public const string Alerts = $"{RunFolder}/monitor-alerts.json";

    /// <summary>In it: those that were mailed.</summary>
    public const string MailedAlerts = $"{RunFolder}/monitor-alerts-mail.json";

    /// <summary>In it: those that the program of fleet.toml was run for.</summary>
    public const string RunAlerts = $"{RunFolder}/monitor-alerts-run.json";

    /// <summary>In it: how often the firmware of each VM had booted at the monitor's last looks.</summary>
    public const string Samples = $"{RunFolder}/monitor-boots";

    /// <summary>In it: the configurations in which there was no clone.</summary>
    public const string Clones = $"{RunFolder}/clones";

    /// <summary>In it: what the consoles of critical VMs showed last.</summary>
    public const string ScreenFolder = $"{RunFolder}/screens";

    /// <summary>Where the README and the package have our snippet.</summary>
    public const string UsualHookscript = "local:snippets/lamboot-hook";

    /// <summary>The program of the commands, where it lies beside that of the phases.</summary>
    public const string Commands = "lamboot-hook-commands";

    /// <summary>The program of the commands as the package installs it, from the folder of that of the phases.</summary>
    public const string InstalledCommands = $"../libexec/lamboot-hook/{Commands}";

    /// <summary>The fw_cfg file that the loader reads.</summary>
    public const string ConfigItem = "opt/lamboot/config";

    /// <summary>The fw_cfg file that is a credential of systemd.</summary>
    public const string CredentialItem = "opt/io.systemd.credentials/lamboot.identity";

    /// <summary>An identity document, behind its VMID.</summary>
    public const string DocumentSuffix = ".json";

    /// <summary>Behind a document's name: what it held before it was lent.</summary>
    public const string KeptSuffix = ".owner";

    /// <summary>The folder below that of the identity files for leases and known boots.</summary>
    public const string StateFolder = "state";

    /// <summary>A lease of a VM's identity files, behind its VMID.</summary>
    public const string LeaseSuffix = ".lease";

    /// <summary>Which VM's files a VM's start was lent, behind its VMID.</summary>
    public const string LentSuffix = ".lent";

    /// <summary>The boots of a VM that are known, behind its VMID.</summary>
    public const string BootsSuffix = ".boots";

    /// <summary>The files by which we replace others: <c>100.conf.lamboot-1234</c>.</summary>
    public static TemporaryFiles Temporary { get; } = new(".lamboot-");

    /// <summary>Where variable stores are kept as they were before we changed them.</summary>
    public static BackupPlace Backups { get; } = new($"{ConfigDir}/backup", Temporary);

    /// <summary>The stamp of the image that a VM's newest record is of.</summary>
    public static string Recorded(int vmid) => $"{RunFolder}/{vmid}.recorded";

    /// <summary>The tree that the environment names, else the host itself.</summary>
    public static HostRoot RootOfEnvironment() => new(Environment.GetEnvironmentVariable(RootVariable));

    /// <summary>Whether a volume is our snippet, on whatever storage.</summary>
    public static bool IsOurHookscript(string? volume) =>
        volume?.EndsWith("/lamboot-hook", StringComparison.Ordinal) == true;
}
