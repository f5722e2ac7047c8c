using System.Text.Json.Serialization;
using LamBoot.Fleet.Text;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;
using LamBoot.Nvram.Variables;

namespace LamBoot.Commands.SecureBoot;

/// <summary>Secure Boot as a store has it. Proxmox VE's own marks of it (pre-enrolled-keys, ms-cert) are what was once; this is what is.</summary>
internal sealed record SecureBootReport
{
    private static readonly string[] Microsoft2011 =
    [
        "Microsoft Windows Production PCA 2011",
        "Microsoft Corporation UEFI CA 2011",
        "Microsoft Corporation KEK CA 2011",
    ];

    private static readonly string[] Microsoft2023 =
    [
        "Windows UEFI CA 2023",
        "Microsoft UEFI CA 2023",
        "Microsoft Corporation KEK 2K CA 2023",
    ];

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

    /// <summary>LamBoot's certificate in db: one that we enrolled, or that is named so; null where there is none.</summary>
    public CertificateReport? LambootCertificate { get; init; }

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

        (List<CertificateReport> pk, _) = CertificateReport.ReadAll(SecureBootKeys.ValueOf(store, SecureBootKeys.Pk));
        (List<CertificateReport> kek, _) = CertificateReport.ReadAll(SecureBootKeys.ValueOf(store, SecureBootKeys.Kek));
        (List<CertificateReport> db, int dbDigests) = CertificateReport.ReadAll(
            SecureBootKeys.ValueOf(store, SecureBootKeys.Db)
        );
        (List<CertificateReport> dbx, int dbxDigests) = CertificateReport.ReadAll(
            SecureBootKeys.ValueOf(store, SecureBootKeys.Dbx)
        );
        string[] names = [.. kek.Concat(db).Select(certificate => certificate.Subject ?? "")];
        return new()
        {
            Mode = SecureBootKeys.IsUserMode(store) ? "user" : "setup",
            Enforced = SecureBootKeys.IsEnforced(store),
            Pk = pk,
            Kek = kek,
            Db = db,
            DbDigests = dbDigests,
            Dbx = dbx,
            DbxDigests = dbxDigests,
            LambootCertificate = db.Find(IsLamBoots),
            MicrosoftOf2011 = [.. Microsoft2011.Intersect(names)],
            MicrosoftOf2023 = [.. Microsoft2023.Intersect(names)],
        };
    }

    /// <summary>The facts for a person.</summary>
    public IEnumerable<(string Label, string Text)> Lines()
    {
        if (Mode == "setup")
        {
            yield return ("secure boot", "setup mode: no platform key, nothing is enforced");
        }
        else
        {
            yield return (
                "secure boot",
                Enforced ? "user mode, enforced" : "user mode, switched off in the firmware's menu (SecureBootEnable)"
            );
        }

        foreach ((string key, string text) in Keys())
        {
            if (text.Length > 0)
            {
                yield return ("  " + key, text);
            }
        }

        if (Db.Count > 0)
        {
            yield return ("  LamBoot's", LambootCertificate is { } own ? own.Text() : "not in db: lamboot-hook enroll");
            yield return ("  Microsoft", Microsoft());
        }
    }

    private static bool IsLamBoots(CertificateReport certificate) =>
        certificate.Owner == EfiGuids.LamBoot.ToString()
        || certificate.Subject?.Contains("LamBoot", StringComparison.OrdinalIgnoreCase) == true;

    private IEnumerable<(string Key, string Text)> Keys() =>
        [
            (SecureBootKeys.Pk, Names(Pk, 0)),
            (SecureBootKeys.Kek, Names(Kek, 0)),
            (SecureBootKeys.Db, Names(Db, DbDigests)),
            (SecureBootKeys.Dbx, Names(Dbx, DbxDigests)),
        ];

    /// <summary>The names of certificates, and how many digests there are besides.</summary>
    public static string Names(IReadOnlyList<CertificateReport> certificates, int digests)
    {
        const int Named = 20; // a guest may have put ten thousand there
        List<string> names = [.. certificates.Take(Named).Select(certificate => certificate.Name())];
        if (certificates.Count > Named)
        {
            names.Add($"{certificates.Count - Named} more");
        }

        return string.Join(", ", digests > 0 ? names.Append(Digests(digests)) : names);
    }

    /// <summary>How many digests, in words.</summary>
    public static string Digests(int count) => count == 1 ? "1 digest" : $"{count} digests";

    private string Microsoft() =>
        (MicrosoftOf2011.Count, MicrosoftOf2023.Count) switch
        {
            (0, 0) => "no certificate of Microsoft's",
            (_, 0) =>
                "certificates of 2011 alone: they expire from June 2026, and what is signed by those of 2023 does not boot",
            _ when MicrosoftOf2023.Count == Microsoft2023.Length => "certificates of 2023",
            _ =>
                $"of the certificates of 2023 {string.Join(", ", Microsoft2023.Except(MicrosoftOf2023).Select(name => $"'{name}'"))} not",
        };
}

/// <summary>A certificate of PK, KEK, db or dbx.</summary>
internal sealed record CertificateReport
{
    /// <summary>The subject, or null; the guest may have written it.</summary>
    public string? Subject { get; init; }

    /// <summary>The owner's GUID.</summary>
    public required string Owner { get; init; }

    /// <summary>Until when it is valid by its own word, UTC; null where it is no certificate.</summary>
    public string? NotAfter { get; init; }

    /// <summary>The certificates among signatures, and how many others there are.</summary>
    public static (List<CertificateReport> Certificates, int Others) ReadAll(ReadOnlySpan<byte> lists)
    {
        List<CertificateReport> certificates = [];
        int others = 0;
        foreach (Signature signature in new SignatureLists(lists))
        {
            if (signature.Type != EfiGuids.CertX509)
            {
                others++;
                continue;
            }

            certificates.Add(
                new()
                {
                    Subject = Certificate.Subject(signature.Data),
                    Owner = signature.Owner.ToString(),
                    NotAfter = Certificate.NotAfter(signature.Data) is { } end ? UtcText.Format(end) : null,
                }
            );
        }

        return (certificates, others);
    }

    /// <summary>The subject for a person, escaped; no longer than a name is.</summary>
    public string Name()
    {
        const int Longest = 128;
        return Subject is null ? "no name"
            : Subject.Length > Longest ? $"'{SafeText.Escape(Subject[..Longest])}…'"
            : $"'{SafeText.Escape(Subject)}'";
    }

    /// <summary>The subject, and until when it is valid.</summary>
    public string Text()
    {
        string end = NotAfter is null ? "" : $" until {NotAfter[..10]}";
        bool isOver =
            NotAfter is not null && string.CompareOrdinal(NotAfter, UtcText.Format(DateTimeOffset.UtcNow)) < 0;
        return $"{Name()}, valid{end}{(isOver ? " (over; the firmware does not ask)" : "")}";
    }
}
