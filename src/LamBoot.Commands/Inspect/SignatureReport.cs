using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;

namespace LamBoot.Commands.Inspect;

/// <summary>A signature in PK, KEK, db or dbx.</summary>
internal sealed record SignatureReport
{
    /// <summary><c>x509</c>, <c>sha256</c>, or the type's GUID.</summary>
    public required string Type { get; init; }

    /// <summary>The owner's GUID.</summary>
    public required string Owner { get; init; }

    /// <summary>The subject of a certificate, or null; written by the guest.</summary>
    public string? Subject { get; init; }

    /// <summary>The size of the signature in bytes, without its owner.</summary>
    public required int Size { get; init; }

    /// <summary>The signatures in a variable's value.</summary>
    public static IReadOnlyList<SignatureReport> ReadAll(ReadOnlySpan<byte> data)
    {
        List<SignatureReport> reports = [];
        foreach (Signature signature in new SignatureLists(data))
        {
            bool isCertificate = signature.Type == EfiGuids.CertX509;
            reports.Add(
                new()
                {
                    Type =
                        isCertificate ? "x509"
                        : signature.Type == EfiGuids.CertSha256 ? "sha256"
                        : signature.Type.ToString(),
                    Owner = signature.Owner.ToString(),
                    Subject = isCertificate ? Certificate.Subject(signature.Data) : null,
                    Size = signature.Data.Length,
                }
            );
        }

        return reports;
    }
}
