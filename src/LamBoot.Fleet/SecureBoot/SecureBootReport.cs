using System.Text.Json.Serialization;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;
using LamBoot.Nvram.Variables;

namespace LamBoot.Fleet.SecureBoot;

/// <summary>Secure Boot as a store has it. Proxmox VE's own marks of it (pre-enrolled-keys, ms-cert) are what was once; this is what is.</summary>
public sealed record SecureBootReport
{
    /// <summary><c>user</c> with a platform key, else <c>setup</c>: nothing is enforced.</summary>
    public required string Mode { get; init; }

    /// <summary>Whether a firmware that can enforces it at the next boot.</summary>
    public required bool Enforced { get; init; }

    /// <summary>The certificates of PK.</summary>
    public required IReadOnlyList<CertificateReport> Pk { get; init; }

    /// <summary>The certificates of KEK.</summary>
    public required IReadOnlyList<CertificateReport> Kek { get; init; }

    /// <summary>The certificates of db.</summary>
    public required IReadOnlyList<CertificateReport> Db { get; init; }

    /// <summary>The digests of db.</summary>
    public required int DbDigests { get; init; }

    /// <summary>The certificates of dbx.</summary>
    public required IReadOnlyList<CertificateReport> Dbx { get; init; }

    /// <summary>The digests of dbx.</summary>
    public required int DbxDigests { get; init; }

    /// <summary>The time that the variable dbx has: of the update that was signed first, or when it was made; null for none.</summary>
    public string? DbxTime { get; init; }

    /// <summary>The day of the newest of Microsoft's updates known here, of which a digest is in dbx; null for none.</summary>
    public string? DbxRelease { get; init; }

    /// <summary>LamBoot's certificate in db: one that we enrolled, or that is named so; null where there is none.</summary>
    public CertificateReport? LambootCertificate { get; init; }

    /// <summary>LamBoot's certificate in shim's list (MokList): shim boots it then; null where there is none.</summary>
    public CertificateReport? ShimCertificate { get; init; }

    /// <summary>Microsoft's certificates of 2011, which expire from June 2026, in KEK and db.</summary>
    [JsonPropertyName("microsoft_2011")]
    public required IReadOnlyList<string> MicrosoftOf2011 { get; init; }

    /// <summary>Microsoft's certificates of 2023, in KEK and db.</summary>
    [JsonPropertyName("microsoft_2023")]
    public required IReadOnlyList<string> MicrosoftOf2023 { get; init; }

    /// <summary>Reads an image's keys.</summary>
    /// <returns>The report; null where the image has no authenticated variables, or is no store.</returns>
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
