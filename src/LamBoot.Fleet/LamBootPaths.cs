using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Store;

namespace LamBoot.Fleet;

/// <summary>The only place that defines LamBoot Hook's paths, suffixes and names on a host; paths are as seen by the host.</summary>
public static class LamBootPaths
{
    /// <summary>The environment variable that names the tree of another host.</summary>
    public const string RootVariable = "LAMBOOT_ROOT";

    /// <summary>The fleet's configuration.</summary>
    public const string FleetToml = "/etc/lamboot/fleet.toml";

    /// <summary>The default folder of the identity files.</summary>
    public const string ConfigDir = "/var/lib/lamboot";

    /// <summary>The default health log.</summary>
    public const string Log = "/var/log/lamboot/fleet.jsonl";

    /// <summary>The folder of the crashes kept on the host.</summary>
    public const string CrashFolder = $"{ConfigDir}/crash";

    /// <summary>The folder of everything that may be lost when the host reboots.</summary>
    public const string RunFolder = "/run/lamboot";

    /// <summary>In it: the critical VMs reported to the webhook.</summary>
    public const string Alerts = $"{RunFolder}/monitor-alerts.json";

    /// <summary>In it: those reported by mail.</summary>
    public const string MailedAlerts = $"{RunFolder}/monitor-alerts-mail.json";

    /// <summary>In it: those for which the program from fleet.toml was run.</summary>
    public const string RunAlerts = $"{RunFolder}/monitor-alerts-run.json";

    /// <summary>In it: the firmware's boot count of each VM in the monitor's last surveys.</summary>
    public const string Samples = $"{RunFolder}/monitor-boots";

    /// <summary>In it: the configurations that held no clone.</summary>
    public const string Clones = $"{RunFolder}/clones";

    /// <summary>In it: the last console screens of critical VMs.</summary>
    public const string ScreenFolder = $"{RunFolder}/screens";

    /// <summary>The volume of our snippet as in the README and the package.</summary>
    public const string UsualHookscript = "local:snippets/lamboot-hook";

    /// <summary>The program for commands, if it is in the same folder as the program for phases.</summary>
    public const string Commands = "lamboot-hook-commands";

    /// <summary>The program for commands as installed by the package, relative to the folder of the program for phases.</summary>
    public const string InstalledCommands = $"../libexec/lamboot-hook/{Commands}";

    /// <summary>The fw_cfg file that the loader reads.</summary>
    public const string ConfigItem = "opt/lamboot/config";

    /// <summary>The fw_cfg file that is a systemd credential.</summary>
    public const string CredentialItem = "opt/io.systemd.credentials/lamboot.identity";

    /// <summary>The suffix of an identity document, after the VMID.</summary>
    public const string DocumentSuffix = ".json";

    /// <summary>The suffix of the copy of a document's content from before it was lent, after the document's name.</summary>
    public const string KeptSuffix = ".owner";

    /// <summary>The folder of leases and known boots, inside that of the identity files.</summary>
    public const string StateFolder = "state";

    /// <summary>The suffix of the lease of a VM's identity files, after the VMID.</summary>
    public const string LeaseSuffix = ".lease";

    /// <summary>The suffix of the note about whose files were lent to a VM's start, after the VMID.</summary>
    public const string LentSuffix = ".lent";

    /// <summary>The suffix of a VM's known boots, after the VMID.</summary>
    public const string BootsSuffix = ".boots";

    /// <summary>The temporary files with which we replace others: <c>100.conf.lamboot-1234</c>.</summary>
    public static TemporaryFiles Temporary { get; } = new(".lamboot-");

    /// <summary>Where copies of variable stores from before our changes are kept.</summary>
    public static BackupPlace Backups { get; } = new($"{ConfigDir}/backup", Temporary);

    /// <summary>The stamp of the image that a VM's newest record is based on.</summary>
    public static string Recorded(int vmid) => $"{RunFolder}/{vmid}.recorded";

    /// <summary>The tree named in the environment, or else the host itself.</summary>
    public static HostRoot RootOfEnvironment() => new(Environment.GetEnvironmentVariable(RootVariable));

    /// <summary>Whether a volume is our snippet, on any storage.</summary>
    public static bool IsOurHookscript(string? volume) =>
        volume?.EndsWith("/lamboot-hook", StringComparison.Ordinal) == true;
}
