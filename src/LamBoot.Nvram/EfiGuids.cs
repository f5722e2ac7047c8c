namespace LamBoot.Nvram;

/// <summary>
/// The GUIDs that a variable store carries, under edk2's own names. <see cref="Guid"/> has EFI_GUID's mixed-endian
/// layout, so <c>new Guid(bytes)</c> reads one.
/// </summary>
public static class EfiGuids
{
    /// <summary>gEfiSystemNvDataFvGuid, the file system of the NV firmware volume (MdeModulePkg/Include/Guid/SystemNvDataGuid.h).</summary>
    public static readonly Guid SystemNvDataFv = new(
        0xfff12b8d,
        0x7696,
        0x4c8b,
        0xa9,
        0x85,
        0x27,
        0x47,
        0x07,
        0x5b,
        0x4f,
        0x50
    );

    /// <summary>gEfiAuthenticatedVariableGuid: a store of 60-byte headers (MdeModulePkg/Include/Guid/VariableFormat.h).</summary>
    public static readonly Guid AuthenticatedVariable = new(
        0xaaf32c78,
        0x947b,
        0x439a,
        0xa1,
        0x80,
        0x2e,
        0x14,
        0x4e,
        0xc3,
        0x77,
        0x92
    );

    /// <summary>gEfiVariableGuid: a store of 32-byte headers (MdeModulePkg/Include/Guid/VariableFormat.h).</summary>
    public static readonly Guid Variable = new(
        0xddcf3616,
        0x3275,
        0x4164,
        0x98,
        0xb6,
        0xfe,
        0x85,
        0x70,
        0x7f,
        0xfe,
        0x7d
    );

    /// <summary>gEdkiiWorkingBlockSignatureGuid, the FTW working block (MdeModulePkg/Include/Guid/SystemNvDataGuid.h).</summary>
    public static readonly Guid WorkingBlockSignature = new(
        0x9e58292b,
        0x7c68,
        0x497d,
        0xa0,
        0xce,
        0x65,
        0x00,
        0xfd,
        0x9f,
        0x1b,
        0x95
    );

    /// <summary>The vendor GUID of LamBoot's variables.</summary>
    public static readonly Guid LamBoot = new(
        0x4c414d42,
        0x4f4f,
        0x5400,
        0x00,
        0x00,
        0x00,
        0x00,
        0x00,
        0x00,
        0x00,
        0x01
    );
}
