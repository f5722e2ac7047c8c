using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.SecureBoot;

/// <summary>
/// Reads key files: certificates in PEM or DER, signature lists (<c>.esl</c>), and signed updates with such lists (<c>.auth</c>, and the
/// UEFI Forum's dbxupdate files). Signatures of updates are ignored: writing to a store from the host requires none.
/// </summary>
public static class SignatureFile
{
    private static ReadOnlySpan<byte> PemMark => "-----BEGIN "u8;

    /// <summary>Reads a key file.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="owner">The owner for certificates; lists have their own.</param>
    /// <returns>Signature lists; null if it is none of these files.</returns>
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

    /// <summary>Reads a certificate file: one in DER, or any number in PEM.</summary>
    /// <returns>The DER bytes of each; empty if it is not such a file.</returns>
    public static IReadOnlyList<byte[]> ReadCertificates(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf(PemMark) < 0)
        {
            return Certificate.IsCertificate(bytes) ? [bytes.ToArray()] : [];
        }

        List<byte[]> certificates = [];
        ReadOnlySpan<char> text = Encoding.Latin1.GetString(bytes);
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            byte[] der = Convert.FromBase64String(text[fields.Base64Data].ToString());
            if (text[fields.Label] is "CERTIFICATE" && Certificate.IsCertificate(der))
            {
                certificates.Add(der);
            }

            text = text[fields.Location.End..];
        }

        return certificates;
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    /// <summary>Returns the lists after the EFI_VARIABLE_AUTHENTICATION_2, if there is one.</summary>
    private static ReadOnlySpan<byte> WithoutSignature(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < VariableAuthentication.MinimumSize)
        {
            return bytes;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[VariableAuthentication.At.Length..]);
        bool isSigned =
            ReadUInt16(bytes, VariableAuthentication.At.Revision) == VariableAuthentication.Revision
            && ReadUInt16(bytes, VariableAuthentication.At.CertificateType) == VariableAuthentication.EfiGuidType
            && length >= VariableAuthentication.MinimumCertificateSize
            && length <= bytes.Length - VariableAuthentication.At.Length;
        return isSigned ? bytes[(VariableAuthentication.At.Length + (int)length)..] : bytes;
    }
}
