using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;
using LamBoot.Nvram.Variables;

namespace LamBoot.Commands.SecureBoot;

/// <summary>
/// What <c>enroll</c> puts into a store: certificates into db, and where the store has no keys yet a full set of them. What else is in
/// the store stays.
/// </summary>
internal sealed class Enrolment
{
    private const int MaximumFile = 4 << 20;

    private readonly List<string> _changes = [];

    /// <summary>The certificates for db, as signature lists.</summary>
    public required byte[] Db { get; init; }

    /// <summary>Keys for KEK, as signature lists; null for none.</summary>
    public byte[]? Kek { get; init; }

    /// <summary>The platform key, one signature list; null for none.</summary>
    public byte[]? Pk { get; init; }

    /// <summary>What is forbidden, as signature lists; null for none.</summary>
    public byte[]? Dbx { get; init; }

    /// <summary>The firmware's own store with Microsoft's keys, whose keys a store without any gets; null for ours alone.</summary>
    public byte[]? Template { get; init; }

    /// <summary>What was changed, for a person.</summary>
    public IReadOnlyList<string> Changes => _changes;

    /// <summary>Whether the store was in setup mode, so that Secure Boot is switched on.</summary>
    public bool SwitchesOn { get; private set; }

    /// <summary>What boots by the store's db, for a person.</summary>
    public string WhatBoots { get; private set; } = "";

    /// <summary>Reads a file of keys.</summary>
    /// <exception cref="HostException">It cannot be read, or is none.</exception>
    public static byte[] ReadKeys(string path, Guid owner) =>
        SignatureFile.Read(HostFile.ReadAll(path, MaximumFile), owner)
        ?? throw new HostException(
            $"{path} is no certificate (PEM or DER), nor a signature list (.esl, .auth); openssl x509 -in {path} tells"
        );

    /// <summary>Reads a file of certificates alone.</summary>
    /// <inheritdoc cref="ReadKeys"/>
    public static byte[] ReadCertificates(string path, Guid owner)
    {
        IReadOnlyList<byte[]> certificates = SignatureFile.ReadCertificates(HostFile.ReadAll(path, MaximumFile));
        return certificates.Count > 0
            ? [.. certificates.SelectMany(certificate => SignatureListWriter.OfCertificate(certificate, owner))]
            : throw new HostException($"{path} is no certificate (PEM or DER); openssl x509 -in {path} tells");
    }

    /// <summary>A store with the keys in it.</summary>
    /// <param name="volume">The store's firmware volume.</param>
    /// <param name="now">The time that variables get which are not there yet.</param>
    /// <exception cref="HostException">The store cannot be changed, or is full.</exception>
    public byte[] Apply(byte[] volume, DateTimeOffset now)
    {
        if (!VariableWriter.TryOpen(volume, out VariableWriter? writer, out string reason))
        {
            throw new HostException($"the store cannot be changed: {reason}");
        }

        if (!writer!.Store.IsAuthenticated)
        {
            throw new HostException("the store has no authenticated variables: its firmware knows no Secure Boot");
        }

        try
        {
            Apply(writer, EfiTime.Of(now));
        }
        catch (Exception e) when (e is StoreFullException or InvalidDataException)
        {
            throw new HostException($"the store cannot be changed: {e.Message}");
        }

        return writer.Image.ToArray();
    }

    private void Apply(VariableWriter writer, EfiTime now)
    {
        ThrowIfForbidden(Dbx);
        ThrowIfForbidden(SecureBootKeys.ValueOf(writer.Store, SecureBootKeys.Dbx));
        SwitchesOn = !SecureBootKeys.IsUserMode(writer.Store);
        if (SwitchesOn)
        {
            SetUp(writer, now);
        }
        else if (Pk is not null)
        {
            Note(SecureBootKeys.Replace(writer, SecureBootKeys.Pk, Pk, now), SecureBootKeys.Pk, Pk);
        }

        Append(writer, SecureBootKeys.Kek, Kek, now);
        Append(writer, SecureBootKeys.Db, Db, now);
        Append(writer, SecureBootKeys.Dbx, Dbx, now);
        WhatBoots = Describe(SecureBootKeys.ValueOf(writer.Store, SecureBootKeys.Db));
    }

    /// <summary>What dbx forbids does not boot, whatever db says: the firmware looks there first.</summary>
    private void ThrowIfForbidden(ReadOnlySpan<byte> dbx)
    {
        foreach (Signature forbidden in new SignatureLists(dbx))
        {
            foreach (Signature allowed in new SignatureLists(Db))
            {
                if (forbidden.Type == allowed.Type && forbidden.Data.SequenceEqual(allowed.Data))
                {
                    throw new HostException(
                        $"the certificate '{SafeText.Escape(Certificate.Subject(allowed.Data) ?? "no name")}' is in --cert and in dbx, which forbids what it signed: leave it out of one"
                    );
                }
            }
        }
    }

    private static string Describe(ReadOnlySpan<byte> db)
    {
        (List<CertificateReport> certificates, int others) = CertificateReport.ReadAll(db);
        string count = Plural.Of(certificates.Count, "certificate");
        string names = SecureBootReport.Names(certificates, 0);
        bool hasMicrosoft = certificates.Exists(certificate =>
            certificate.Subject?.Contains("Microsoft", StringComparison.Ordinal) == true
        );
        string missing = hasMicrosoft ? "" : ": not Windows, nor a distribution's own loader";
        return others > 0
            ? $"only what db names boots: {count} ({names}) and {SecureBootReport.Digests(others)}"
            : $"only what {names} signed boots ({count} in db){missing}";
    }

    /// <summary>Setup mode: without PK and KEK nothing is enforced.</summary>
    private void SetUp(VariableWriter writer, EfiTime now)
    {
        if (Template is not null)
        {
            if (!VariableStore.TryOpen(Template, Template.Length, out VariableStore template, out NvramError error))
            {
                throw new HostException($"the firmware's template: {error}");
            }

            foreach (string key in SecureBootKeys.Keys.Skip(1))
            {
                Append(writer, key, SecureBootKeys.ValueOf(template, key).ToArray(), now);
            }

            SetPk(writer, Pk ?? SecureBootKeys.ValueOf(template, SecureBootKeys.Pk).ToArray(), now);
        }
        else
        {
            Append(writer, SecureBootKeys.Kek, Kek ?? Db, now);
            SetPk(writer, Pk ?? First(Db), now);
        }

        SecureBootKeys.SwitchOn(writer);
    }

    private void SetPk(VariableWriter writer, byte[] pk, EfiTime now)
    {
        int count = 0;
        foreach (Signature _ in new SignatureLists(pk))
        {
            count++;
        }

        if (count != 1)
        {
            throw new HostException($"PK has to be one certificate, and this has {count}");
        }

        Note(SecureBootKeys.Replace(writer, SecureBootKeys.Pk, pk, now), SecureBootKeys.Pk, pk);
    }

    /// <summary>Of several certificates the first is the platform's key.</summary>
    private static byte[] First(byte[] lists)
    {
        SignatureLists reader = new(lists);
        reader.MoveNext();
        return SignatureListWriter.OfCertificate(reader.Current.Data, reader.Current.Owner);
    }

    private void Append(VariableWriter writer, string key, byte[]? lists, EfiTime now)
    {
        if (lists is { Length: > 0 })
        {
            byte[] before = SecureBootKeys.ValueOf(writer.Store, key).ToArray();
            bool isNew = SecureBootKeys.Append(writer, key, lists, now);
            Note(isNew, key, SecureBootKeys.ValueOf(writer.Store, key)[before.Length..]);
        }
    }

    private void Note(bool isNew, string key, ReadOnlySpan<byte> lists)
    {
        if (!isNew)
        {
            return;
        }

        List<string> names = [];
        int digests = 0;
        foreach (Signature signature in new SignatureLists(lists))
        {
            if (signature.Type == EfiGuids.CertX509)
            {
                names.Add($"'{SafeText.Escape(Certificate.Subject(signature.Data) ?? "no name")}'");
            }
            else
            {
                digests++;
            }
        }

        string text = string.Join(", ", digests > 0 ? [.. names, SecureBootReport.Digests(digests)] : names);
        _changes.Add($"{key}: {text}");
    }
}
