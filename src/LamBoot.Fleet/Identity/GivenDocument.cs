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
