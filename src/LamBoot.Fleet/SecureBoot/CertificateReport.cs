using System.Text.Json.Serialization;
using LamBoot.Fleet.Text;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;

namespace LamBoot.Fleet.SecureBoot;

/// <summary>A certificate of PK, KEK, db or dbx.</summary>
public sealed record CertificateReport
{
    /// <summary>The subject, or null; the guest may have written it.</summary>
    public string? Subject { get; init; }

    /// <summary>The owner's GUID.</summary>
    public string Owner => OwnerId.ToString();

    /// <summary>The owner's GUID, of which a survey makes no text.</summary>
    [JsonIgnore]
    public Guid OwnerId { get; init; }

    /// <summary>Until when it is valid by its own word, UTC; null where it is no certificate.</summary>
    public string? NotAfter => End is { } end ? UtcText.Format(end) : null;

    /// <summary>Until when it is valid, of which a survey makes no text.</summary>
    [JsonIgnore]
    public DateTimeOffset? End { get; init; }

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
                    OwnerId = signature.Owner,
                    End = Certificate.NotAfter(signature.Data),
                }
            );
        }

        return (certificates, others);
    }
}
