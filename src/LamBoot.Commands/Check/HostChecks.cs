using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Commands.Check;

/// <summary>What <c>check</c> finds in the folders and files of this host.</summary>
internal static class HostChecks
{
    private const long LargeLog = 256L << 20;
    private const int LogTail = 1 << 20;

    public static IEnumerable<Finding> Run(HostRoot root, FleetConfig fleet, IReadOnlyList<AttachedVm> vms) =>
        [
            .. ConfigDir(root, fleet, vms.Any(vm => vm.IsAttached)),
            .. Log(root, fleet),
            .. Leases(root, fleet),
            .. LentDocuments(root, fleet),
            .. LeftOvers(root, fleet),
        ];

    /// <summary>Documents of VMs that are not here: removed ones', migrated ones'. One that some VM names is no stray.</summary>
    public static IEnumerable<Finding> StrayDocuments(HostRoot root, FleetConfig fleet, IReadOnlyList<AttachedVm> vms)
    {
        foreach (string path in Files(root.Resolve(fleet.ConfigDir), "*.json"))
        {
            bool isDocument = Vmid.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), out int vmid);
            string document = fleet.DocumentPath(vmid);
            if (isDocument && !vms.Any(vm => vm.Vmid == vmid || vm.Config.Mentions(document)))
            {
                yield return FindingCatalogue.Of(
                    "document-stray",
                    null,
                    $"{document} is the identity of a VM that this node does not have",
                    $"where it does not come back: rm {document}"
                );
            }
        }
    }

    private static IEnumerable<Finding> ConfigDir(HostRoot root, FleetConfig fleet, bool isNeeded)
    {
        string folder = root.Resolve(fleet.ConfigDir);
        if (!Path.Exists(folder))
        {
            return isNeeded
                ?
                [
                    FindingCatalogue.Of(
                        "config-dir-unusable",
                        null,
                        $"there is no {fleet.ConfigDir}, and VMs are attached",
                        $"install -d -m 0755 {fleet.ConfigDir}, then lamboot-hook attach --all"
                    ),
                ]
                : [];
        }

        try
        {
            HostFile.CreatePrivateFolder(folder);
            return [];
        }
        catch (HostException e)
        {
            return
            [
                FindingCatalogue.Of("config-dir-unusable", null, e.Message, "the hook writes no identity until then"),
            ];
        }
    }

    private static List<Finding> Log(HostRoot root, FleetConfig fleet)
    {
        string path = root.Resolve(fleet.LogPath);
        byte[]? tail;
        try
        {
            tail = HostFile.ReadTail(path, LogTail, out _);
        }
        catch (HostException e)
        {
            return
            [
                FindingCatalogue.Of(
                    "log-unusable",
                    null,
                    e.Message,
                    $"move {fleet.LogPath} away; the hook makes a new one"
                ),
            ];
        }

        if (tail is null)
        {
            return Directory.Exists(Path.GetDirectoryName(path)) || !File.Exists(Path.GetDirectoryName(path))
                ? []
                :
                [
                    FindingCatalogue.Of(
                        "log-unusable",
                        null,
                        $"{Path.GetDirectoryName(fleet.LogPath)} is no folder",
                        "move it away; the hook makes the folder"
                    ),
                ];
        }

        List<Finding> findings = [];
        if (new FileInfo(path).Length > LargeLog)
        {
            findings.Add(
                FindingCatalogue.Of(
                    "log-large",
                    null,
                    $"{fleet.LogPath} has {new FileInfo(path).Length >> 20} MiB",
                    "install etc-examples/logrotate.d/lamboot-hook as /etc/logrotate.d/lamboot-hook"
                )
            );
        }

        int malformed = HealthLog.CountMalformed(tail, isWhole: new FileInfo(path).Length <= LogTail);
        if (malformed > 0)
        {
            findings.Add(
                FindingCatalogue.Of(
                    "log-malformed",
                    null,
                    $"{fleet.LogPath}: {malformed} of the last lines are no health records",
                    "a power cut leaves one at most; otherwise see what else writes there"
                )
            );
        }

        return findings;
    }

    private static IEnumerable<Finding> Leases(HostRoot root, FleetConfig fleet)
    {
        string folder = $"{fleet.ConfigDir.TrimEnd('/')}/{DocumentLeases.StateFolder}";
        foreach (string path in Files(root.Resolve(folder), "*.lease"))
        {
            bool isOfVm = Vmid.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), out int owner);
            if (isOfVm && HolderOf(root, fleet, owner) is { } left && !left.IsLive(root))
            {
                yield return FindingCatalogue.Of(
                    "lease-left",
                    null,
                    $"{folder}/{Path.GetFileName(path)} is of a start of VM {left.Vmid} that is over",
                    $"the next start of VM {left.Vmid} ends it"
                );
            }
        }
    }

    private static IEnumerable<Finding> LentDocuments(HostRoot root, FleetConfig fleet)
    {
        const string Extension = ".json" + DocumentLeases.KeptSuffix;
        foreach (string path in Files(root.Resolve(fleet.ConfigDir), "*" + Extension))
        {
            string name = Path.GetFileName(path)[..^Extension.Length];
            if (Vmid.TryParse(name, out int vmid) && HolderOf(root, fleet, vmid)?.IsLive(root) != true)
            {
                yield return FindingCatalogue.Of(
                    "document-lent",
                    null,
                    $"{fleet.DocumentPath(vmid)} was lent to a clone's start that died",
                    $"the next start of VM {vmid} puts it back, as does lamboot-hook attach {vmid}"
                );
            }
        }
    }

    private static Lease? HolderOf(HostRoot root, FleetConfig fleet, int vmid) =>
        new DocumentLeases(root, fleet, vmid).HolderOf(vmid);

    private static IEnumerable<Finding> LeftOvers(HostRoot root, FleetConfig fleet)
    {
        foreach (string folder in new[] { fleet.ConfigDir, "/etc/pve/qemu-server" })
        {
            foreach (string path in HostFile.LeftOvers(root.Resolve(folder)))
            {
                string name = $"{folder}/{Path.GetFileName(path)}";
                yield return FindingCatalogue.Of(
                    "left-over",
                    null,
                    $"{name} is of a writer that was killed",
                    $"rm {name}"
                );
            }
        }
    }

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal) : [];
}
