using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Leases;
using LamBoot.Fleet.Log;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Check;

/// <summary>The checks of folders and files on this host.</summary>
internal static class HostChecks
{
    private const long LargeLog = 256L << 20;
    private const int LogTail = 1 << 20;

    public static IEnumerable<Finding> Run(HostRoot root, FleetConfig fleet, IReadOnlyList<CheckedVm> vms) =>
        [
            .. ConfigDir(root, fleet),
            .. Log(root, fleet),
            .. Leases(root, fleet),
            .. LentDocuments(root, fleet, vms),
            .. LeftOvers(root, fleet),
        ];

    /// <summary>
    /// Finds documents of deleted VMs. A document named by any VM is not stray, nor is that of a VM on another node, which may come back.
    /// </summary>
    public static IEnumerable<Finding> StrayDocuments(
        HostRoot root,
        FleetConfig fleet,
        IReadOnlyList<CheckedVm> vms,
        IReadOnlyDictionary<int, string> cluster
    )
    {
        foreach (string path in Files(root.Resolve(fleet.ConfigDir), ".json"))
        {
            bool isDocument = Vmid.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), out int vmid);
            string document = fleet.DocumentPath(vmid);
            if (isDocument && !cluster.ContainsKey(vmid) && !vms.Any(vm => vm.Config.Mentions(document)))
            {
                yield return FindingCatalogue.Of(
                    "document-stray",
                    null,
                    $"{document} belongs to a VM that does not exist in the cluster, and no VM here names it",
                    $"rm {document}"
                );
            }
        }
    }

    /// <summary>Checks our folders, which are rejected if others can write to them; the hook creates missing ones.</summary>
    private static IEnumerable<Finding> ConfigDir(HostRoot root, FleetConfig fleet)
    {
        string state = fleet.StateFolder;
        foreach (string folder in new[] { fleet.ConfigDir, state, LamBootPaths.RunFolder })
        {
            string? fault = null;
            try
            {
                if (FileQuery.Exists(root.Resolve(folder)))
                {
                    HostFolder.CreatePrivate(root.Resolve(folder));
                }
            }
            catch (HostException e)
            {
                fault = e.Message;
            }

            if (fault is not null)
            {
                yield return FindingCatalogue.Of(
                    "config-dir-unusable",
                    null,
                    fault,
                    "no identity is written until then"
                );
            }
        }
    }

    private static IEnumerable<Finding> Log(HostRoot root, FleetConfig fleet)
    {
        byte[]? tail = null;
        long size = 0;
        string? fault = null;
        try
        {
            tail = LogFile.ReadTail(root.Resolve(fleet.LogPath), LogTail, out size);
        }
        catch (HostException e)
        {
            fault = e.Message;
        }

        if (fault is not null)
        {
            yield return FindingCatalogue.Of("log-unusable", null, fault, "no health is recorded until then");
        }

        if (size > LargeLog)
        {
            yield return FindingCatalogue.Of(
                "log-large",
                null,
                $"{fleet.LogPath} is {size >> 20} MiB large",
                "check /etc/logrotate.d/lamboot-hook; to rotate it now: logrotate --force /etc/logrotate.d/lamboot-hook"
            );
        }

        int malformed = HealthLog.CountMalformed(tail ?? [], isWhole: size <= LogTail);
        if (malformed > 0)
        {
            string lines =
                $"{malformed} of the last lines {Plural.Word(malformed, "is not a record", "are not records")}";
            yield return FindingCatalogue.Of(
                "log-malformed",
                null,
                $"{fleet.LogPath}: {lines}",
                "a power cut leaves one at most; if there are more, find out what else writes there"
            );
        }
    }

    private static IEnumerable<Finding> Leases(HostRoot root, FleetConfig fleet)
    {
        string folder = fleet.StateFolder;
        foreach (string path in Files(root.Resolve(folder), LamBootPaths.LeaseSuffix))
        {
            bool isOfVm = Vmid.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), out int owner);
            if (isOfVm && HolderOf(root, fleet, owner) is { } left && !left.IsLive(root, owner))
            {
                yield return FindingCatalogue.Of(
                    "lease-left",
                    null,
                    $"{folder}/{Path.GetFileName(path)} is left over from a start of VM {left.Vmid}",
                    $"VM {left.Vmid}'s next start clears it"
                );
            }
        }
    }

    private static IEnumerable<Finding> LentDocuments(HostRoot root, FleetConfig fleet, IReadOnlyList<CheckedVm> vms)
    {
        const string Extension = LamBootPaths.DocumentSuffix + LamBootPaths.KeptSuffix;
        foreach (string path in Files(root.Resolve(fleet.ConfigDir), Extension))
        {
            string name = Path.GetFileName(path)[..^Extension.Length];
            if (Vmid.TryParse(name, out int vmid) && HolderOf(root, fleet, vmid)?.IsLive(root, vmid) != true)
            {
                yield return FindingCatalogue.Of(
                    "document-lent",
                    null,
                    $"{fleet.DocumentPath(vmid)} was lent to a clone's start that died",
                    WhatPutsBack(vmid, vms.FirstOrDefault(vm => vm.Vmid == vmid)?.Config)
                );
            }
        }
    }

    /// <summary>What restores a VM's document: a template never starts, and neither does a VM that is not on this node.</summary>
    private static string WhatPutsBack(int vmid, VmConfig? config) =>
        config switch
        {
            null => $"the next start of a clone that names it restores it; VM {vmid} itself is not on this node",
            { IsTemplate: true } => $"lamboot-hook attach {vmid}, or the next start of a clone, restores it",
            _ => $"VM {vmid}'s next start, or lamboot-hook attach {vmid}, restores it",
        };

    private static Lease? HolderOf(HostRoot root, FleetConfig fleet, int vmid) =>
        new DocumentLeases(root, fleet, vmid).HolderOf(vmid);

    private static IEnumerable<Finding> LeftOvers(HostRoot root, FleetConfig fleet)
    {
        foreach (string folder in new[] { fleet.ConfigDir, fleet.StateFolder, "/etc/pve/qemu-server" })
        {
            foreach (string path in LamBootPaths.Temporary.LeftOvers(root.Resolve(folder)))
            {
                string name = $"{folder}/{Path.GetFileName(path)}";
                yield return FindingCatalogue.Of(
                    "left-over",
                    null,
                    $"{name} was left behind by a killed process",
                    $"rm {name}"
                );
            }
        }
    }

    private static IEnumerable<string> Files(string folder, string extension) =>
        HostFolder
            .NamesOrNone(folder)
            .Where(name => name.EndsWith(extension, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => $"{folder}/{name}");
}
