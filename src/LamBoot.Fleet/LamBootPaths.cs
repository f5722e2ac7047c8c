namespace LamBoot.Fleet;

/// <summary>Every path and suffix of LamBoot Hook's own on a host, as the host sees it.</summary>
public static class LamBootPaths
{
    /// <summary>The fleet's configuration.</summary>
    public const string FleetToml = "/etc/lamboot/fleet.toml";

    /// <summary>The folder of the identity files, unless fleet.toml names another.</summary>
    public const string ConfigDir = "/var/lib/lamboot";

    /// <summary>The health log, unless fleet.toml names another.</summary>
    public const string Log = "/var/log/lamboot/fleet.jsonl";

    /// <summary>The folder of what the host's own boot may forget.</summary>
    public const string RunFolder = "/run/lamboot";

    /// <summary>In it: the critical VMs that the web hook was notified of.</summary>
    public const string Alerts = $"{RunFolder}/monitor-alerts.json";

    /// <summary>In it: the configurations in which there was no clone.</summary>
    public const string Clones = $"{RunFolder}/clones";

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

    /// <summary>The stamp of the image that a VM's newest record is of.</summary>
    public static string Recorded(int vmid) => $"{RunFolder}/{vmid}.recorded";
}
