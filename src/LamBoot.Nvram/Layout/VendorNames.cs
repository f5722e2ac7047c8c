namespace LamBoot.Nvram.Layout;

/// <summary>The vendors usually found in an OVMF store, by edk2's names of their GUIDs.</summary>
public static class VendorNames
{
    private static readonly Dictionary<Guid, string> Names = new()
    {
        [EfiGuids.LamBoot] = "LamBoot",
        [EfiGuids.GlobalVariable] = "gEfiGlobalVariableGuid",
        [EfiGuids.ImageSecurityDatabase] = "gEfiImageSecurityDatabaseGuid",
        [new("c076ec0c-7028-4399-a072-71ee5c448b9f")] = "gEfiCustomModeEnableGuid",
        [EfiGuids.SecureBootEnableDisable] = "gEfiSecureBootEnableDisableGuid",
        [new("9073e4e0-60ec-4b6e-9903-4c223c260f3c")] = "gEfiVendorKeysNvGuid",
        [new("d9bee56e-75dc-49d9-b4d7-b534210f637a")] = "gEfiCertDbGuid",
        [new("04b37fe8-f6ae-480b-bdd5-37d98c5e89aa")] = "gEdkiiVarErrorFlagGuid",
        [new("59324945-ec44-4c0d-b1cd-9db139df070c")] = "gEfiIScsiInitiatorNameProtocolGuid",
        [new("4b47d616-a8d6-4552-9d44-ccad2e0f4cf9")] = "gIScsiConfigGuid",
        [EfiGuids.MtcVendor] = "gMtcVendorGuid",
        [new("4c19049f-4137-4dd3-9c10-8b97a83ffdfa")] = "gEfiMemoryTypeInformationGuid",
        [new("7235c51c-0c80-4cab-87ac-3b084a6304b1")] = "gOvmfPlatformConfigGuid",
        [new("5b446ed1-e30b-4faa-871a-3654eca36080")] = "gEfiIp4Config2ProtocolGuid",
        [new("937fe521-95ae-4d1a-8929-48bcd90ad31a")] = "gEfiIp6ConfigProtocolGuid",
        [new("158def5a-f656-419c-b027-7a3192c079d2")] = "gShellVariableGuid",
        [new("4a67b082-0a4c-41cf-b6c7-440b29bb8c4f")] = "systemd-boot (Loader)",
        [new("605dab50-e046-4300-abb6-3dd810dd8b23")] = "shim",
        [new("77fa9abd-0359-4d32-bd60-28f4e78f784b")] = "Microsoft",
    };

    /// <summary>The name of a vendor, or null.</summary>
    public static string? Find(Guid vendor) => Names.GetValueOrDefault(vendor);
}
