using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LamBoot.Nvram.SecureBoot;

/// <summary>
/// The files that keys come in: certificates in PEM or DER, signature lists (<c>.esl</c>), and signed updates of them
/// (<c>.auth</c>, and the dbxupdate files of the UEFI forum), of which the lists count and the signature does not: who writes to a store
/// by the host needs none.
/// </summary>
public static class SignatureFile
{
    private const int TimeSize = 16;
    private const int CertificateHeaderSize = 24;
    private const ushort Revision = 0x0200;
    private const ushort EfiGuidType = 0x0ef1;

    private static ReadOnlySpan<byte> PemMark => "-----BEGIN "u8;

    /// <summary>Reads a file of keys.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="owner">The owner that certificates get; lists have their own.</param>
    /// <returns>Signature lists; null where it is none of these files.</returns>
    public static byte[]? Read(ReadOnlySpan<byte> bytes, Guid owner)
    {
        if (ReadCertificates(bytes) is { Count: > 0 } certificates)
        {
            return [.. certificates.SelectMany(certificate => SignatureListWriter.OfCertificate(certificate, owner))];
        }

        ReadOnlySpan<byte> lists = WithoutSignature(bytes);
        SignatureLists reader = new(lists);
        int count = 0;
        while (reader.MoveNext())
        {
            count++;
        }

        return count > 0 && reader.Rest == 0 ? lists.ToArray() : null;
    }

    /// <summary>Reads a file of certificates: one in DER, or any number in PEM.</summary>
    /// <returns>The DER bytes of each; none where it is no such file.</returns>
    public static IReadOnlyList<byte[]> ReadCertificates(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf(PemMark) < 0)
        {
            return Certificate.IsOne(bytes) ? [bytes.ToArray()] : [];
        }

        List<byte[]> certificates = [];
        ReadOnlySpan<char> text = Encoding.Latin1.GetString(bytes);
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            byte[] der = Convert.FromBase64String(text[fields.Base64Data].ToString());
            if (text[fields.Label] is "CERTIFICATE" && Certificate.IsOne(der))
            {
                certificates.Add(der);
            }

            text = text[fields.Location.End..];
        }

        return certificates;
    }

    /// <summary>EFI_VARIABLE_AUTHENTICATION_2 before the lists: a time, and a WIN_CERTIFICATE_UEFI_GUID of dwLength bytes.</summary>
    private static ReadOnlySpan<byte> WithoutSignature(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < TimeSize + CertificateHeaderSize)
        {
            return bytes;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[TimeSize..]);
        bool isSigned =
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[(TimeSize + 4)..]) == Revision
            && BinaryPrimitives.ReadUInt16LittleEndian(bytes[(TimeSize + 6)..]) == EfiGuidType
            && length >= CertificateHeaderSize
            && length <= bytes.Length - TimeSize;
        return isSigned ? bytes[(TimeSize + (int)length)..] : bytes;
    }
}
