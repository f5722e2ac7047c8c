using LamBoot.Fleet.SecureBoot;
using LamBoot.Fleet.Text;
using LamBoot.Nvram.SecureBoot;

namespace LamBoot.Commands.SecureBoot;

/// <summary>The Secure Boot state of a store as text for people.</summary>
internal static class SecureBootText
{
    /// <summary>The facts.</summary>
    /// <param name="report">The report.</param>
    /// <param name="now">The time for which to check the validity of certificates.</param>
    public static IEnumerable<(string Label, string Text)> Lines(SecureBootReport report, DateTimeOffset now)
    {
        yield return (
            "secure boot",
            report.Mode == "setup" ? "setup mode: no platform key, nothing enforced"
            : report.Enforced ? "user mode, enforced"
            : "user mode, turned off in the firmware menu (SecureBootEnable)"
        );
        foreach ((string key, string text) in Keys(report))
        {
            if (text.Length > 0)
            {
                yield return ("  " + key, text);
            }
        }

        if (report.Db.Count > 0)
        {
            string own = report.LambootCertificate is { } certificate
                ? Describe(certificate, now)
                : "certificate not in db: lamboot-hook enroll";
            yield return ("  LamBoot", own);
            yield return ("  Microsoft", Microsoft(report));
        }
    }

    /// <summary>The names of certificates, and the number of digests in addition.</summary>
    public static string Names(IReadOnlyList<CertificateReport> certificates, int digests)
    {
        const int Named = 20; // a guest may have put ten thousand there
        List<string> names = [.. certificates.Take(Named).Select(certificate => Name(certificate.Subject))];
        if (certificates.Count > Named)
        {
            names.Add($"{certificates.Count - Named} more");
        }

        return string.Join(", ", digests > 0 ? names.Append(Digests(digests)) : names);
    }

    /// <summary>The number of digests, in words.</summary>
    public static string Digests(int count) => Plural.Of(count, "digest");

    /// <summary>A certificate's subject, escaped and shortened to the length of a name.</summary>
    public static string Name(string? subject)
    {
        const int Longest = 128;
        return subject is null ? "no name"
            : subject.Length > Longest ? $"'{SafeText.Escape(subject[..Longest])}…'"
            : $"'{SafeText.Escape(subject)}'";
    }

    private static IEnumerable<(string Key, string Text)> Keys(SecureBootReport report) =>
        [
            (SecureBootKeys.Pk, Names(report.Pk, 0)),
            (SecureBootKeys.Kek, Names(report.Kek, 0)),
            (SecureBootKeys.Db, Names(report.Db, report.DbDigests)),
            (SecureBootKeys.Dbx, Names(report.Dbx, report.DbxDigests)),
        ];

    /// <summary>The subject, and how long it is valid.</summary>
    private static string Describe(CertificateReport certificate, DateTimeOffset now)
    {
        string? end = certificate.NotAfter;
        string until = end is null ? "" : $" until {end[..10]}";
        bool isOver = end is not null && string.CompareOrdinal(end, UtcText.Format(now)) < 0;
        return $"{Name(certificate.Subject)}, valid{until}{(isOver ? " (expired; firmware does not check)" : "")}";
    }

    private static string Microsoft(SecureBootReport report) =>
        (report.MicrosoftOf2011.Count, report.MicrosoftOf2023.Count) switch
        {
            (0, 0) => "no Microsoft certificates",
            (_, 0) =>
                "only the 2011 certificates (expiring since June 2026); loaders signed only with the 2023 ones will not boot"
                    + (report.Enforced ? "" : " once Secure Boot is on"),
            (_, int of2023) when of2023 == MicrosoftCertificates.Of2023.Count => "2023 certificates",
            _ => $"2023 certificates, except {string.Join(", ", Missing(report).Select(name => $"'{name}'"))}",
        };

    private static IEnumerable<string> Missing(SecureBootReport report) =>
        MicrosoftCertificates.Of2023.Except(report.MicrosoftOf2023);
}
