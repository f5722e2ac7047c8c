using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Identity;

/// <summary>What a QEMU of a VM gives its guest.</summary>
public enum GivenDocument
{
    /// <summary>Nothing of ours.</summary>
    None,

    /// <summary>The VM's own document.</summary>
    Own,

    /// <summary>Another VM's document, which carries this VM's identity then: a clone's first start.</summary>
    Lent,

    /// <summary>Another VM's document, with that VM's identity, as far as is known.</summary>
    Other,

    /// <summary>A file that is not there: QEMU does not start.</summary>
    Missing,

    /// <summary>Two documents: QEMU does not start.</summary>
    Duplicate,

    /// <summary>Nothing: Proxmox VE drops the args, or QEMU does not start with them.</summary>
    Faulty,
}

/// <summary>What the guest of a VM is given: by the QEMU that runs, and by the next one.</summary>
/// <param name="root">The host.</param>
/// <param name="fleet">The fleet's configuration.</param>
/// <param name="vmid">The VM.</param>
/// <param name="config">Its configuration.</param>
public sealed class GivenIdentity(HostRoot root, FleetConfig fleet, int vmid, VmConfig config)
{
    // Our hook writes what QEMU opens before each start, its own document or its source's, or refuses the start.
    private readonly bool _isHooked = Hookscript.IsOurs(config.Hookscript);

    /// <summary>What the next start gives, by the args that it starts with.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public GivenDocument Next()
    {
        ArgsLine args = config.NextArgs;
        return args.Fault is not null ? GivenDocument.Faulty : Of(args.Files, _isHooked);
    }

    /// <summary>
    /// What a QEMU that runs has given. Of another VM's document that is known where a phase of ours has seen this VM: it was lent to
    /// that start, or the start was refused.
    /// </summary>
    /// <param name="files">The <c>file=</c> of each item on its command line.</param>
    public GivenDocument Running(IReadOnlyList<string?> files) =>
        Of(files, _isHooked && !KnownBoots.Read(root, fleet, vmid, config).IsNew, isRunning: true);

    private GivenDocument Of(IReadOnlyList<string?> files, bool isHooked, bool isRunning = false)
    {
        if (files.Count != 1)
        {
            return files.Count == 0 ? GivenDocument.None : GivenDocument.Duplicate;
        }

        int? owner = files[0] is { } file ? OpenedDocument.OwnerOf(file, fleet) : null;
        bool isWritten = owner is not null && isHooked;
        return !isRunning && !isWritten && (files[0] is not { } path || !HostFile.Exists(root.Resolve(path)))
                ? GivenDocument.Missing
            : owner == vmid ? GivenDocument.Own
            : isWritten ? GivenDocument.Lent
            : GivenDocument.Other;
    }
}
