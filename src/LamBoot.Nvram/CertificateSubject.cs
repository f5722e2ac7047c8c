using System.Formats.Asn1;

namespace LamBoot.Nvram;

/// <summary>
/// The subject of a DER certificate (RFC 5280, 4.1). Read by hand: X509Certificate2 loads OpenSSL, 2.4 ms and 4 MiB, and
/// gives a guest's bytes to it.
/// </summary>
public static class CertificateSubject
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";

    private static readonly Asn1Tag Version = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>Reads the subject.</summary>
    /// <param name="certificate">The DER bytes; a guest may have written them.</param>
    /// <returns>The common name, else the organization, as the certificate has them; null where it has neither or is none.</returns>
    public static string? Read(ReadOnlySpan<byte> certificate)
    {
        try
        {
            AsnDecoder.ReadSequence(certificate, AsnEncodingRules.DER, out int start, out int length, out _);
            ReadOnlySpan<byte> outer = certificate.Slice(start, length);
            AsnDecoder.ReadSequence(outer, AsnEncodingRules.DER, out start, out length, out _);
            return ReadName(SubjectOf(outer.Slice(start, length)));
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>TBSCertificate: version, serialNumber, signature, issuer, validity, and then the subject.</summary>
    private static ReadOnlySpan<byte> SubjectOf(ReadOnlySpan<byte> certificate)
    {
        int before = Asn1Tag.Decode(certificate, out _) == Version ? 5 : 4;
        for (; before > 0; before--)
        {
            certificate = certificate[SizeOfValue(certificate)..];
        }

        AsnDecoder.ReadSequence(certificate, AsnEncodingRules.DER, out int start, out int length, out _);
        return certificate.Slice(start, length);
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
        AsnDecoder.ReadSequence(set, AsnEncodingRules.DER, out int start, out int length, out _);
        ReadOnlySpan<byte> attribute = set.Slice(start, length);
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
