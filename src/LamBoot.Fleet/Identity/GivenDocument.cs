namespace LamBoot.Fleet.Identity;

/// <summary>What a VM's QEMU gives its guest.</summary>
public enum GivenDocument
{
    /// <summary>Nothing of ours.</summary>
    None,

    /// <summary>The VM's own document.</summary>
    Own,

    /// <summary>Another VM's document, carrying this VM's identity for now: a clone's first start.</summary>
    Lent,

    /// <summary>Another VM's document, with that VM's identity, as far as is known.</summary>
    Other,

    /// <summary>A missing file: QEMU does not start.</summary>
    Missing,

    /// <summary>Two documents: QEMU does not start.</summary>
    Duplicate,

    /// <summary>Nothing: Proxmox VE drops the args, or QEMU does not start with them.</summary>
    Faulty,
}
