namespace LamBoot.Commands.SecureBoot;

/// <summary>The subjects of Microsoft's certificates, in KEK and db.</summary>
internal static class MicrosoftCertificates
{
    /// <summary>Those that expire from June 2026.</summary>
    public static IReadOnlyList<string> Of2011 { get; } =
    [
        "Microsoft Windows Production PCA 2011",
        "Microsoft Corporation UEFI CA 2011",
        "Microsoft Corporation KEK CA 2011",
    ];

    /// <summary>Those that take their place.</summary>
    public static IReadOnlyList<string> Of2023 { get; } =
    ["Windows UEFI CA 2023", "Microsoft UEFI CA 2023", "Microsoft Corporation KEK 2K CA 2023"];
}
