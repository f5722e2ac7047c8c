using System.Globalization;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands.SecureBoot;

/// <summary>The Secure Boot state of VMs as text for people: a table, the commands that fix it, and notes.</summary>
internal static class SecureBootTable
{
    private const int Always = TableColumns.Always;
    private const int ReasonRoom = 24;

    /// <summary>The lines.</summary>
    /// <param name="reports">The VMs.</param>
    /// <param name="whyNone">What to say if there are none.</param>
    /// <param name="width">The width of a line in characters; null for unlimited.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<VmSecureBootReport> reports, string whyNone, int? width) =>
        [
            .. reports.Count == 0 ? [] : Table(reports, width),
            .. Section(
                "To make them ready, with the VM stopped:",
                reports.Select(report => report.Fix).OfType<string>()
            ),
            .. Section("Notes:", [.. File(reports), .. Notes(reports)]),
            reports.Count == 0 ? whyNone : Summary(reports),
        ];

    private static IEnumerable<string> Table(IReadOnlyList<VmSecureBootReport> reports, int? width)
    {
        (string[] headers, IEnumerable<string[]> rows) = TableColumns.Fit(
            Columns(width),
            new("REASON", Always, report => report.Reason),
            ReasonRoom,
            reports,
            width
        );
        TextTable table = new(headers);
        foreach (string[] row in rows)
        {
            table.Add(row);
        }

        return table.Lines(width);
    }

    private static IReadOnlyList<TableColumn<VmSecureBootReport>> Columns(int? width) =>
        [
            new("VMID", Always, report => report.Vmid.ToString(CultureInfo.InvariantCulture)),
            new("NAME", Always, report => TableColumns.Name(report.Name, width)),
            new("STATE", Always, report => report.State),
            new("MODE", 7, report => report.Mode ?? "-"),
            new("LAMBOOT", 2, report => LamBoot(report.Keys)),
            new("2011", 6, report => Which(report.Keys?.MicrosoftOf2011, MicrosoftCertificates.KekOf2011)),
            new("2023", 1, report => Which(report.Keys?.MicrosoftOf2023, MicrosoftCertificates.KekOf2023)),
            new("DBX", 5, report => Dbx(report.Keys)),
            new("PVE MARK", 4, report => SafeText.Escape(report.Facts?.Mark.ToString() ?? "-")),
            new("TPM", 3, report => report.Tpm == true ? "yes" : "-"),
        ];

    private static string LamBoot(SecureBootReport? keys) =>
        keys is null ? "-"
        : keys.LambootCertificate is not null ? "db"
        : keys.ShimCertificate is not null ? "shim"
        : "no";

    /// <summary>Which of a year's certificates are present: those in db, counted if incomplete, and the one in KEK.</summary>
    private static string Which(IReadOnlyList<string>? names, string kek)
    {
        const int OfDb = 2;
        if (names is not { Count: > 0 })
        {
            return "-";
        }

        bool hasKek = names.Contains(kek);
        int db = names.Count - (hasKek ? 1 : 0);
        string inDb =
            db == 0 ? ""
            : db == OfDb ? "db"
            : $"db {db}/{OfDb}";
        return $"{inDb} {(hasKek ? "KEK" : "")}".Trim();
    }

    /// <summary>The number of digests, and the newest Microsoft update that they are known to come from.</summary>
    private static string Dbx(SecureBootReport? keys) =>
        keys is null ? "-"
        : keys.DbxRelease is { } release ? $"{keys.DbxDigests} ({release})"
        : keys.DbxDigests.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> File(IReadOnlyList<VmSecureBootReport> reports) =>
        reports.Any(report => report.Fix?.Contains("--cert FILE", StringComparison.Ordinal) == true)
            ? [@"FILE: LamBoot's certificate; that of its releases is \EFI\LamBoot\db.der in the guest"]
            : [];

    private static IEnumerable<string> Notes(IEnumerable<VmSecureBootReport> reports) =>
        reports
            .SelectMany(report => report.Notes.Select(note => (Note: note, report.Vmid)))
            .GroupBy(each => each.Note)
            .Select(group =>
                $"VM {string.Join(", ", group.Select(each => each.Vmid))}: {SafeText.EscapeLine(group.Key)}"
            );

    private static IEnumerable<string> Section(string title, IEnumerable<string> lines)
    {
        string[] all = [.. lines.Select(line => $"  {line}")];
        return all.Length == 0 ? [] : ["", title, .. all];
    }

    private static string Summary(IReadOnlyList<VmSecureBootReport> reports)
    {
        IEnumerable<string> counts = SecureBootKinds
            .All.Select(kind => (Kind: kind, Count: reports.Count(report => report.Kind == kind)))
            .Where(each => each.Count > 0)
            .Select(each => $"{each.Count} {each.Kind.Word()}");
        return $"{Plural.Of(reports.Count, "VM")}: {string.Join(", ", counts.Reverse())}";
    }
}
