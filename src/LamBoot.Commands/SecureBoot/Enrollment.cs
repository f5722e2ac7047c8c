using LamBoot.Fleet.SecureBoot;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Store;

namespace LamBoot.Commands.SecureBoot;

/// <summary>
/// Enrolls keys in a store: certificates in db and, if the store has no keys yet, a full set of them. Everything else in the store is
/// preserved.
/// </summary>
internal sealed class Enrollment
{
    private readonly KeysToEnroll _keys;
    private readonly VariableWriter _writer;
    private readonly EfiTime _now;
    private readonly List<string> _changes = [];

    private Enrollment(KeysToEnroll keys, VariableWriter writer, EfiTime now)
    {
        _keys = keys;
        _writer = writer;
        _now = now;
    }

    /// <summary>Returns a store with the keys enrolled.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="volume">The store's firmware volume.</param>
    /// <param name="now">The timestamp for new variables.</param>
    /// <exception cref="HostException">The store cannot be changed, or is full.</exception>
    public static EnrolledStore Apply(KeysToEnroll keys, byte[] volume, DateTimeOffset now)
    {
        (byte[] changed, EnrolledStore enrolled) = StoreWriting.Apply(
            volume,
            writer =>
                writer.Store.IsAuthenticated
                    ? new Enrollment(keys, writer, EfiTime.Of(now)).Apply()
                    : throw new HostException(
                        "the store has no authenticated variables: its firmware does not support Secure Boot"
                    )
        );
        return enrolled with { Volume = changed };
    }

    private EnrolledStore Apply()
    {
        ThrowIfForbidden(_keys.Dbx);
        ThrowIfForbidden(SecureBootKeys.ValueOf(_writer.Store, SecureBootKeys.Dbx));
        bool switchesOn = !SecureBootKeys.IsUserMode(_writer.Store);
        if (switchesOn)
        {
            SetUp();
        }
        else if (_keys.Pk is { } pk)
        {
            ReplacePk(pk);
        }

        Append(SecureBootKeys.Kek, _keys.Kek);
        Append(SecureBootKeys.Db, _keys.Db);
        Append(SecureBootKeys.Dbx, _keys.Dbx);
        string whatBoots = Describe(SecureBootKeys.ValueOf(_writer.Store, SecureBootKeys.Db));
        return new([], _changes, switchesOn, whatBoots);
    }

    /// <summary>Throws for a certificate in dbx, which the firmware checks first: it does not boot, whatever db says.</summary>
    private void ThrowIfForbidden(ReadOnlySpan<byte> dbx)
    {
        foreach (Signature forbidden in new SignatureLists(dbx))
        {
            foreach (Signature allowed in new SignatureLists(_keys.Db))
            {
                if (forbidden.Type == allowed.Type && forbidden.Data.SequenceEqual(allowed.Data))
                {
                    throw new HostException(
                        $"certificate {SecureBootText.Name(Certificate.Subject(allowed.Data))} is in both --cert and dbx, which forbids what it signed: remove it from one"
                    );
                }
            }
        }
    }

    private static string Describe(ReadOnlySpan<byte> db)
    {
        (List<CertificateReport> certificates, int others) = CertificateReport.ReadAll(db);
        string count = Plural.Of(certificates.Count, "certificate");
        string names = SecureBootText.Names(certificates, 0);
        bool hasMicrosoft = certificates.Exists(certificate =>
            certificate.Subject?.Contains("Microsoft", StringComparison.Ordinal) == true
        );
        string missing = hasMicrosoft ? "" : ": neither Windows nor a distribution's own loader";
        return others > 0
            ? $"only what db lists boots: {count} ({names}) and {SecureBootText.Digests(others)}"
            : $"only what {names} signed boots ({count} in db){missing}";
    }

    /// <summary>Enrolls the full set in setup mode: without PK and KEK, nothing is enforced.</summary>
    private void SetUp()
    {
        if (_keys.Template is { } template)
        {
            SetUpFrom(template);
        }
        else
        {
            Append(SecureBootKeys.Kek, _keys.Kek ?? _keys.Db);
            SetPk(_keys.Pk ?? First(_keys.Db));
        }

        SecureBootKeys.SwitchOn(_writer);
    }

    private void SetUpFrom(byte[] volume)
    {
        if (!VariableStore.TryOpen(volume, volume.Length, out VariableStore template, out NvramError error))
        {
            throw new HostException($"the firmware's template: {error}");
        }

        foreach (string key in SecureBootKeys.Keys.Skip(1))
        {
            Append(key, SecureBootKeys.ValueOf(template, key).ToArray());
        }

        SetPk(_keys.Pk ?? SecureBootKeys.ValueOf(template, SecureBootKeys.Pk).ToArray());
    }

    private void SetPk(byte[] pk)
    {
        int count = 0;
        foreach (Signature _ in new SignatureLists(pk))
        {
            count++;
        }

        if (count != 1)
        {
            throw new HostException($"PK must be one certificate, but this has {count}");
        }

        ReplacePk(pk);
    }

    private void ReplacePk(byte[] pk) =>
        Note(SecureBootKeys.Replace(_writer, SecureBootKeys.Pk, pk, _now), SecureBootKeys.Pk, pk);

    /// <summary>The first of several certificates, which becomes the platform key.</summary>
    private static byte[] First(byte[] lists)
    {
        SignatureLists reader = new(lists);
        reader.MoveNext();
        return SignatureListWriter.OfCertificate(reader.Current.Data, reader.Current.Owner);
    }

    private void Append(string key, byte[]? lists)
    {
        if (lists is { Length: > 0 })
        {
            byte[] before = SecureBootKeys.ValueOf(_writer.Store, key).ToArray();
            bool isNew = SecureBootKeys.Append(_writer, key, lists, _now);
            Note(isNew, key, SecureBootKeys.ValueOf(_writer.Store, key)[before.Length..]);
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
                names.Add(SecureBootText.Name(Certificate.Subject(signature.Data)));
            }
            else
            {
                digests++;
            }
        }

        string text = string.Join(", ", digests > 0 ? [.. names, SecureBootText.Digests(digests)] : names);
        _changes.Add($"{text} in {key}");
    }
}
