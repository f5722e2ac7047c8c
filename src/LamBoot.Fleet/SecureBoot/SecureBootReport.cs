using System.Text.Json.Serialization;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;
using LamBoot.Nvram.Variables;

namespace LamBoot.Fleet.SecureBoot;

/// <summary>
/// The Secure Boot state of a store. Proxmox VE's own marks (pre-enrolled-keys, ms-cert) describe the past; this describes the present.
/// </summary>
public sealed record SecureBootReport
{
    /// <summary><c>user</c> with a platform key, else <c>setup</c>: nothing is enforced.</summary>
    public required string Mode { get; init; }

    /// <summary>Whether capable firmware enforces it at the next boot.</summary>
    public required bool Enforced { get; init; }

    /// <summary>The certificates in PK.</summary>
    public required IReadOnlyList<CertificateReport> Pk { get; init; }

    /// <summary>The certificates in KEK.</summary>
    public required IReadOnlyList<CertificateReport> Kek { get; init; }

    /// <summary>The certificates in db.</summary>
    public required IReadOnlyList<CertificateReport> Db { get; init; }

    /// <summary>The number of digests in db.</summary>
    public required int DbDigests { get; init; }

    /// <summary>The certificates in dbx.</summary>
    public required IReadOnlyList<CertificateReport> Dbx { get; init; }

    /// <summary>The number of digests in dbx.</summary>
    public required int DbxDigests { get; init; }

    /// <summary>
    /// The timestamp of the dbx variable: when the first update was signed, or when the variable was created; null if none.
    /// </summary>
    public string? DbxTime { get; init; }

    /// <summary>The date of the newest known Microsoft update with a digest in dbx; null if none.</summary>
    public string? DbxRelease { get; init; }

    /// <summary>LamBoot's certificate in db: one that we enrolled, or one with that name; null if none.</summary>
    public CertificateReport? LambootCertificate { get; init; }

    /// <summary>LamBoot's certificate in shim's list (MokList), which lets shim boot it; null if none.</summary>
    public CertificateReport? ShimCertificate { get; init; }

    /// <summary>Microsoft's 2011 certificates in KEK and db, which expire from June 2026 on.</summary>
    [JsonPropertyName("microsoft_2011")]
    public required IReadOnlyList<string> MicrosoftOf2011 { get; init; }

    /// <summary>Microsoft's 2023 certificates in KEK and db.</summary>
    [JsonPropertyName("microsoft_2023")]
    public required IReadOnlyList<string> MicrosoftOf2023 { get; init; }

    /// <summary>Reads an image's keys.</summary>
    /// <returns>The report; null if the image has no authenticated variables or is not a store.</returns>
    public static SecureBootReport? Read(StoreImage image)
    {
        bool isOpen = VariableStore.TryOpen(image.Bytes, image.Size, out VariableStore store, out _);
        if (!isOpen || !store.IsAuthenticated)
        {
            return null;
        }

        SecureBootVariables variables = new(store);
        (List<CertificateReport> pk, _) = CertificateReport.ReadAll(variables.Pk);
        (List<CertificateReport> kek, _) = CertificateReport.ReadAll(variables.Kek);
        (List<CertificateReport> db, int dbDigests) = CertificateReport.ReadAll(variables.Db);
        (List<CertificateReport> dbx, int dbxDigests) = CertificateReport.ReadAll(variables.Dbx);
        (List<CertificateReport> shim, _) = CertificateReport.ReadAll(variables.MokList);
        string[] names = [.. kek.Concat(db).Select(certificate => certificate.Subject ?? "")];
        return new()
        {
            Mode = variables.Pk.IsEmpty ? "setup" : "user",
            Enforced = variables.IsEnforced,
            Pk = pk,
            Kek = kek,
            Db = db,
            DbDigests = dbDigests,
            Dbx = dbx,
            DbxDigests = dbxDigests,
            DbxTime = variables.DbxTime.IsZero ? null : $"{variables.DbxTime}",
            DbxRelease = DbxReleases.Newest(variables.Dbx),
            LambootCertificate = db.Find(IsLamBoots),
            ShimCertificate = shim.Find(IsLamBoots),
            MicrosoftOf2011 = [.. MicrosoftCertificates.Of2011.Where(names.Contains)],
            MicrosoftOf2023 = [.. MicrosoftCertificates.Of2023.Where(names.Contains)],
        };
    }

    private static bool IsLamBoots(CertificateReport certificate) =>
        certificate.OwnerId == EfiGuids.LamBoot
        || certificate.OwnerId == EfiGuids.LamBootUpstreamOwner
        || certificate.Subject?.Contains("LamBoot", StringComparison.OrdinalIgnoreCase) == true;
}
