namespace LamBoot.Fleet.SecureBoot;

/// <summary>The subjects of Microsoft's certificates in KEK and db.</summary>
public static class MicrosoftCertificates
{
    /// <summary>Signs Windows; in db.</summary>
    public const string WindowsOf2023 = "Windows UEFI CA 2023";

    /// <summary>Signs third-party loaders, including shim; in db.</summary>
    public const string UefiOf2023 = "Microsoft UEFI CA 2023";

    /// <summary>Signs updates of db and dbx; in KEK.</summary>
    public const string KekOf2023 = "Microsoft Corporation KEK 2K CA 2023";

    /// <summary>Signed updates of db and dbx; in KEK.</summary>
    public const string KekOf2011 = "Microsoft Corporation KEK CA 2011";

    /// <summary>The certificates that expire from June 2026 on.</summary>
    public static IReadOnlyList<string> Of2011 { get; } =
    ["Microsoft Windows Production PCA 2011", "Microsoft Corporation UEFI CA 2011", KekOf2011];

    /// <summary>Their replacements.</summary>
    public static IReadOnlyList<string> Of2023 { get; } = [WindowsOf2023, UefiOf2023, KekOf2023];
}
