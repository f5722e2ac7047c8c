using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Monitor;

/// <summary>The health of the node's VMs. Every VM asked for appears, unreadable ones with the reason.</summary>
internal sealed class Survey(HostRoot root, FleetToml fleet, int? threshold)
{
    private static readonly string[] BySeverity =
    [
        HealthStatus.Critical,
        HealthStatus.Warning,
        HealthStatus.Unknown,
        HealthStatus.Healthy,
    ];

    private readonly HealthProbe _probe = new(root, fleet, "monitor")
    {
        CrashThreshold = threshold ?? fleet.Config.CrashThreshold,
    };

    /// <summary>The records, the worst first, then by VMID.</summary>
    public IReadOnlyList<HealthRecord> Records { get; private set; } = [];

    /// <summary>How many VMs were left out, having no OVMF.</summary>
    public int WithoutOvmf { get; private set; }

    /// <summary>The worst status as an exit code. A VM that never ran LamBoot says nothing about it.</summary>
    public int ExitCode =>
        Has(HealthStatus.Critical) ? 2
        : Has(HealthStatus.Warning) ? 1
        : Records.Any(record => record.Status == HealthStatus.Unknown && !IsWithoutLamBoot(record)) ? 3
        : 0;

    /// <summary>How many VMs have that status.</summary>
    public int Count(string status) => Records.Count(record => record.Status == status);

    /// <summary>Reads the VMs named, or else all that have OVMF.</summary>
    public void Read(IReadOnlyList<int> vmids)
    {
        bool all = vmids.Count == 0;
        List<HealthRecord> records = [.. (all ? VmConfigFile.List(root) : vmids.Distinct()).Select(ReadVm)];
        if (all)
        {
            WithoutOvmf = records.RemoveAll(record => IsError(record, "not-ovmf"));
        }

        Records =
        [
            .. records.OrderBy(record => Array.IndexOf(BySeverity, record.Status)).ThenBy(record => record.Vmid),
        ];
    }

    private HealthRecord ReadVm(int vmid)
    {
        try
        {
            return VmConfigFile.Open(root, vmid) is { } file
                ? _probe.ReadVm(vmid, file.Config, QemuProcess.Find(root, vmid) is not null)
                : _probe.Unreadable(vmid, "there is no such VM on this node");
        }
        catch (HostException e)
        {
            return _probe.Unreadable(vmid, e.Message);
        }
    }

    private bool Has(string status) => Count(status) > 0;

    private static bool IsWithoutLamBoot(HealthRecord record) =>
        IsError(record, "no-lamboot-variables") || IsError(record, "not-ovmf");

    private static bool IsError(HealthRecord record, string word) =>
        record.Error?.StartsWith(word + ":", StringComparison.Ordinal) == true;
}
