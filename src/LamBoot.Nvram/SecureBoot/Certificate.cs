using System.Formats.Asn1;

namespace LamBoot.Nvram.SecureBoot;

/// <summary>
/// Reads a DER certificate (RFC 5280, 4.1). Handwritten because X509Certificate2 loads OpenSSL, which takes 2.4 ms and 4 MiB, and hands it
/// guest-written bytes.
/// </summary>
public static class Certificate
{
    private const int ValidityField = 3;
    private const int SubjectField = 4;
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";

    private static readonly Asn1Tag Version = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>The subject.</summary>
    /// <param name="certificate">The DER bytes, which a guest may have written.</param>
    /// <returns>The common name or else the organization, as in the certificate; null if it has neither, or is not a certificate.</returns>
    public static string? Subject(ReadOnlySpan<byte> certificate)
    {
        try
        {
            return ReadName(Sequence(From(certificate, SubjectField)));
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>The end of its validity as stated in it, which the firmware does not check.</summary>
    /// <param name="certificate">The DER bytes, which a guest may have written.</param>
    /// <returns>The time; null if it is not a certificate.</returns>
    public static DateTimeOffset? NotAfter(ReadOnlySpan<byte> certificate)
    {
        try
        {
            ReadOnlySpan<byte> validity = Sequence(From(certificate, ValidityField));
            ReadOnlySpan<byte> end = validity[SizeOfValue(validity)..];
            return Asn1Tag.Decode(end, out _).HasSameClassAndValue(Asn1Tag.UtcTime)
                ? AsnDecoder.ReadUtcTime(end, AsnEncodingRules.DER, out _)
                : AsnDecoder.ReadGeneralizedTime(end, AsnEncodingRules.DER, out _);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Whether bytes are a certificate and nothing else, as far as we parse one.</summary>
    public static bool IsCertificate(ReadOnlySpan<byte> bytes)
    {
        try
        {
            AsnDecoder.ReadSequence(bytes, AsnEncodingRules.DER, out _, out _, out int size);
            return size == bytes.Length && NotAfter(bytes) is not null;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    /// <summary>TBSCertificate from a field on: serialNumber, signature, issuer, validity, subject, after an optional version.</summary>
    private static ReadOnlySpan<byte> From(ReadOnlySpan<byte> certificate, int field)
    {
        ReadOnlySpan<byte> fields = Sequence(Sequence(certificate));
        int before = Asn1Tag.Decode(fields, out _) == Version ? field + 1 : field;
        for (; before > 0; before--)
        {
            fields = fields[SizeOfValue(fields)..];
        }

        return fields;
    }

    private static ReadOnlySpan<byte> Sequence(ReadOnlySpan<byte> bytes)
    {
        AsnDecoder.ReadSequence(bytes, AsnEncodingRules.DER, out int start, out int length, out _);
        return bytes.Slice(start, length);
    }

    private static string? ReadName(ReadOnlySpan<byte> name)
    {
        string? organization = null;
        while (!name.IsEmpty)
        {
            AsnDecoder.ReadSetOf(name, AsnEncodingRules.DER, out int start, out int length, out int size);
            (string type, string? value) = ReadAttribute(name.Slice(start, length));
            name = name[size..];
            if (type == CommonName)
            {
                return value;
            }

            organization = type == Organization ? value : organization;
        }

        return organization;
    }

    private static (string Type, string? Value) ReadAttribute(ReadOnlySpan<byte> set)
    {
        ReadOnlySpan<byte> attribute = Sequence(set);
        string type = AsnDecoder.ReadObjectIdentifier(attribute, AsnEncodingRules.DER, out int size);
        ReadOnlySpan<byte> value = attribute[size..];
        Asn1Tag tag = Asn1Tag.Decode(value, out _);
        bool isText =
            tag.TagClass == TagClass.Universal
            && (UniversalTagNumber)tag.TagValue
                is UniversalTagNumber.UTF8String
                    or UniversalTagNumber.PrintableString
                    or UniversalTagNumber.T61String
                    or UniversalTagNumber.IA5String
                    or UniversalTagNumber.BMPString;
        return isText
            ? (
                type,
                AsnDecoder.ReadCharacterString(value, AsnEncodingRules.DER, (UniversalTagNumber)tag.TagValue, out _)
            )
            : (type, null);
    }

    private static int SizeOfValue(ReadOnlySpan<byte> value)
    {
        AsnDecoder.ReadEncodedValue(value, AsnEncodingRules.DER, out _, out _, out int size);
        return size;
    }
}
