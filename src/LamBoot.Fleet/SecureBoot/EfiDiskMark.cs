using LamBoot.Pve.Config;

namespace LamBoot.Fleet.SecureBoot;

/// <summary>
/// What Proxmox VE's configuration says about the keys in an EFI disk (<c>efidisk0</c>): what was once enrolled, or claimed to be. What
/// counts is the store itself.
/// </summary>
/// <param name="HasKeys"><c>pre-enrolled-keys=1</c>.</param>
/// <param name="Certificates"><c>ms-cert</c>: which of Microsoft's 2023 certificates are enrolled; null if none.</param>
public sealed record EfiDiskMark(bool HasKeys, string? Certificates)
{
    private const string Keys = "pre-enrolled-keys=";
    private const string Certs = "ms-cert=";

    /// <summary>The mark for all of them (qemu-server, OVMF.pm): with it, <c>qm enroll-efi-keys</c> does nothing.</summary>
    public const string AllOf2023 = "2023k";

    /// <summary>Reads the mark from a VM's configuration.</summary>
    public static EfiDiskMark Of(VmConfig config)
    {
        string[] parts = (config.EfiDisk ?? "").Split(',');
        return new(
            Array.Exists(parts, part => part is Keys + "1"),
            Array.Find(parts, part => part.StartsWith(Certs, StringComparison.Ordinal))?[Certs.Length..]
        );
    }

    /// <summary>The mark as in the configuration; <c>-</c> if none.</summary>
    public override string ToString() =>
        (HasKeys, Certificates) switch
        {
            (false, null) => "-",
            (false, { } certificates) => certificates,
            (true, null) => "keys",
            (true, { } certificates) => $"keys, {certificates}",
        };

    /// <summary>The Microsoft 2023 certificates that are enrolled according to the mark.</summary>
    public IReadOnlyList<string> Claimed =>
        Certificates switch
        {
            "2023" => [MicrosoftCertificates.UefiOf2023],
            "2023w" => [MicrosoftCertificates.UefiOf2023, MicrosoftCertificates.WindowsOf2023],
            AllOf2023 => MicrosoftCertificates.Of2023,
            _ => [],
        };

    /// <summary>Whether <c>qm enroll-efi-keys</c> adds anything with this mark.</summary>
    public bool LetsEnroll => HasKeys && Certificates != AllOf2023;

    /// <summary>Returns the drive with the mark that lets <c>qm enroll-efi-keys</c> add what is missing.</summary>
    /// <param name="drive">The property string of <c>efidisk0</c>.</param>
    public static string ToEnroll(string drive) =>
        string.Join(
            ',',
            drive
                .Split(',')
                .Where(part =>
                    !part.StartsWith(Keys, StringComparison.Ordinal)
                    && !part.StartsWith(Certs, StringComparison.Ordinal)
                )
                .Append(Keys + "1")
        );
}
