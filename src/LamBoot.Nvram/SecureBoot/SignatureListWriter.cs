using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.SecureBoot;

/// <summary>
/// Adds signatures to the value of PK, KEK, db or dbx like an append write (AppendSignatureList and FilterSignatureList,
/// SecurityPkg/Library/AuthVariableLib/AuthService.c): the existing bytes are preserved, and new signatures follow.
/// </summary>
public static class SignatureListWriter
{
    /// <summary>Returns a list with one certificate.</summary>
    /// <param name="certificate">The DER bytes.</param>
    /// <param name="owner">The owner.</param>
    public static byte[] OfCertificate(ReadOnlySpan<byte> certificate, Guid owner)
    {
        List<byte> list = [];
        Begin(list, EfiGuids.CertX509, certificate.Length);
        Add(list, 0, owner, certificate);
        return [.. list];
    }

    /// <summary>
    /// Appends to a value those signatures that it lacks. Signatures of the same type and data are the same, whoever owns them.
    /// </summary>
    /// <param name="value">The value of a variable; empty if it does not exist.</param>
    /// <param name="added">Signature lists.</param>
    /// <returns>The value; the same bytes if it lacks none.</returns>
    public static byte[] Append(ReadOnlySpan<byte> value, ReadOnlySpan<byte> added)
    {
        List<byte> result = [.. value];
        HashSet<(Guid, string)> known = [];
        foreach (Signature signature in new SignatureLists(value))
        {
            known.Add(Key(signature));
        }

        (Guid Type, int Size, int At) open = (Guid.Empty, 0, 0);
        foreach (Signature signature in new SignatureLists(added))
        {
            if (!known.Add(Key(signature)))
            {
                continue;
            }

            // Digests share a list; each certificate gets its own, as is common practice.
            bool shares =
                open.Type == signature.Type
                && open.Size == signature.Data.Length
                && signature.Type != EfiGuids.CertX509;
            if (!shares)
            {
                open = (signature.Type, signature.Data.Length, result.Count);
                Begin(result, signature.Type, signature.Data.Length);
            }

            Add(result, open.At, signature.Owner, signature.Data);
        }

        return [.. result];
    }

    private static (Guid Type, string Data) Key(Signature signature) =>
        (signature.Type, Convert.ToBase64String(signature.Data));

    /// <summary>Begins an EFI_SIGNATURE_LIST without signatures.</summary>
    private static void Begin(List<byte> lists, Guid type, int dataSize)
    {
        Span<byte> header = stackalloc byte[SignatureListHeader.Size];
        header.Clear();
        type.TryWriteBytes(header);
        BinaryPrimitives.WriteInt32LittleEndian(
            header[SignatureListHeader.At.SignatureListSize..],
            SignatureListHeader.Size
        );
        int size = SignatureListHeader.OwnerSize + dataSize;
        BinaryPrimitives.WriteInt32LittleEndian(header[SignatureListHeader.At.SignatureSize..], size);
        lists.AddRange(header);
    }

    /// <summary>Adds an EFI_SIGNATURE_DATA to the last list.</summary>
    private static void Add(List<byte> lists, int list, Guid owner, ReadOnlySpan<byte> data)
    {
        lists.AddRange(owner.ToByteArray());
        lists.AddRange(data);
        Span<byte> header = CollectionsMarshal.AsSpan(lists)[list..];
        BinaryPrimitives.WriteInt32LittleEndian(header[SignatureListHeader.At.SignatureListSize..], lists.Count - list);
    }
}
