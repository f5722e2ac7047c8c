using System.Text.Json.Serialization;
using LamBoot.Fleet.Text;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;

namespace LamBoot.Fleet.SecureBoot;

/// <summary>A certificate of PK, KEK, db or dbx.</summary>
public sealed record CertificateReport
{
    /// <summary>The subject, or null; possibly guest-written.</summary>
    public string? Subject { get; init; }

    /// <summary>The owner's GUID.</summary>
    public string Owner => OwnerId.ToString();

    /// <summary>The owner's GUID, which a survey does not convert to text.</summary>
    [JsonIgnore]
    public Guid OwnerId { get; init; }

    /// <summary>The end of its validity as stated in it, UTC; null if it is not a certificate.</summary>
    public string? NotAfter => End is { } end ? UtcText.Format(end) : null;

    /// <summary>The end of its validity, which a survey does not convert to text.</summary>
    [JsonIgnore]
    public DateTimeOffset? End { get; init; }

    /// <summary>The certificates among signatures, and the number of other signatures.</summary>
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
                    OwnerId = signature.Owner,
                    End = Certificate.NotAfter(signature.Data),
                }
            );
        }

        return (certificates, others);
    }
}
