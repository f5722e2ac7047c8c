namespace LamBoot.Nvram.Layout;

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

    /// <summary>The owner that upstream's lamboot-pve-ovmf-vars gives LamBoot's certificate.</summary>
    public static readonly Guid LamBootUpstreamOwner = new("4c414d42-4f4f-5400-0000-000000000002");

    /// <summary>gEfiGlobalVariableGuid: PK, KEK, boot entries (MdePkg/Include/Guid/GlobalVariable.h).</summary>
    public static readonly Guid GlobalVariable = new(
        0x8be4df61,
        0x93ca,
        0x11d2,
        0xaa,
        0x0d,
        0x00,
        0xe0,
        0x98,
        0x03,
        0x2b,
        0x8c
    );

    /// <summary>gEfiImageSecurityDatabaseGuid: db and dbx (MdePkg/Include/Guid/ImageAuthentication.h).</summary>
    public static readonly Guid ImageSecurityDatabase = new(
        0xd719b2cb,
        0x3d3a,
        0x4596,
        0xa3,
        0xbc,
        0xda,
        0xd0,
        0x0e,
        0x67,
        0x65,
        0x6f
    );

    /// <summary>gEfiCertX509Guid: a signature that is a DER certificate (MdePkg/Include/Guid/ImageAuthentication.h).</summary>
    public static readonly Guid CertX509 = new(
        0xa5c059a1,
        0x94e4,
        0x4aa7,
        0x87,
        0xb5,
        0xab,
        0x15,
        0x5c,
        0x2b,
        0xf0,
        0x72
    );

    /// <summary>gEfiCertSha256Guid: a signature that is a SHA-256 digest (MdePkg/Include/Guid/ImageAuthentication.h).</summary>
    public static readonly Guid CertSha256 = new(
        0xc1c41626,
        0x504c,
        0x4092,
        0xac,
        0xa9,
        0x41,
        0xf9,
        0x36,
        0x93,
        0x43,
        0x28
    );

    /// <summary>gMtcVendorGuid, of the firmware's boot counter (MdeModulePkg/Include/Guid/MtcVendor.h).</summary>
    public static readonly Guid MtcVendor = new(
        0xeb704011,
        0x1402,
        0x11d3,
        0x8e,
        0x77,
        0x00,
        0xa0,
        0xc9,
        0x69,
        0x72,
        0x3b
    );
}
