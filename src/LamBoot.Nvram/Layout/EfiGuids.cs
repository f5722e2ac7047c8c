namespace LamBoot.Nvram.Layout;

/// <summary>
/// The GUIDs in a variable store, under edk2's own names. <see cref="Guid"/> has the same mixed-endian layout as EFI_GUID, so <c>new
/// Guid(bytes)</c> reads one.
/// </summary>
public static class EfiGuids
{
    /// <summary>sizeof (EFI_GUID).</summary>
    internal const int Size = 16;

    /// <summary>gEfiSystemNvDataFvGuid, the file system of the NV firmware volume (MdeModulePkg/Include/Guid/SystemNvDataGuid.h).</summary>
    public static readonly Guid SystemNvDataFv = new("fff12b8d-7696-4c8b-a985-2747075b4f50");

    /// <summary>gEfiAuthenticatedVariableGuid: a store with 60-byte headers (MdeModulePkg/Include/Guid/VariableFormat.h).</summary>
    public static readonly Guid AuthenticatedVariable = new("aaf32c78-947b-439a-a180-2e144ec37792");

    /// <summary>gEfiVariableGuid: a store with 32-byte headers (MdeModulePkg/Include/Guid/VariableFormat.h).</summary>
    public static readonly Guid Variable = new("ddcf3616-3275-4164-98b6-fe85707ffe7d");

    /// <summary>gEdkiiWorkingBlockSignatureGuid, the FTW working block (MdeModulePkg/Include/Guid/SystemNvDataGuid.h).</summary>
    public static readonly Guid WorkingBlockSignature = new("9e58292b-7c68-497d-a0ce-6500fd9f1b95");

    /// <summary>The vendor GUID of LamBoot's variables.</summary>
    public static readonly Guid LamBoot = new("4c414d42-4f4f-5400-0000-000000000001");

    /// <summary>The owner GUID that upstream's lamboot-pve-ovmf-vars gives LamBoot's certificate.</summary>
    public static readonly Guid LamBootUpstreamOwner = new("4c414d42-4f4f-5400-0000-000000000002");

    /// <summary>gEfiGlobalVariableGuid: PK, KEK, boot entries (MdePkg/Include/Guid/GlobalVariable.h).</summary>
    public static readonly Guid GlobalVariable = new("8be4df61-93ca-11d2-aa0d-00e098032b8c");

    /// <summary>gEfiImageSecurityDatabaseGuid: db and dbx (MdePkg/Include/Guid/ImageAuthentication.h).</summary>
    public static readonly Guid ImageSecurityDatabase = new("d719b2cb-3d3a-4596-a3bc-dad00e67656f");

    /// <summary>gEfiCertX509Guid: a signature that is a DER certificate (MdePkg/Include/Guid/ImageAuthentication.h).</summary>
    public static readonly Guid CertX509 = new("a5c059a1-94e4-4aa7-87b5-ab155c2bf072");

    /// <summary>gEfiCertSha256Guid: a signature that is a SHA-256 digest (MdePkg/Include/Guid/ImageAuthentication.h).</summary>
    public static readonly Guid CertSha256 = new("c1c41626-504c-4092-aca9-41f936934328");

    /// <summary>gMtcVendorGuid, the vendor of the firmware's boot counter (MdeModulePkg/Include/Guid/MtcVendor.h).</summary>
    public static readonly Guid MtcVendor = new("eb704011-1402-11d3-8e77-00a0c969723b");

    /// <summary>SHIM_LOCK_GUID, the vendor of shim's own certificate list (shim, lib/guid.c).</summary>
    public static readonly Guid ShimLock = new("605dab50-e046-4300-abb6-3dd810dd8b23");

    /// <summary>gEfiSecureBootEnableDisableGuid (SecurityPkg/Include/Guid/AuthenticatedVariableFormat.h).</summary>
    internal static readonly Guid SecureBootEnableDisable = new("f0a30bc7-af08-4556-99c4-001009c93a44");
}
