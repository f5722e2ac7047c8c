using System.Buffers.Binary;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.SecureBoot;

/// <summary>A signature in PK, KEK, db or dbx (EFI_SIGNATURE_DATA, MdePkg/Include/Guid/ImageAuthentication.h).</summary>
public readonly ref struct Signature
{
    /// <summary>SignatureType of its list: see <see cref="EfiGuids"/>.</summary>
    public Guid Type { get; internal init; }

    /// <summary>SignatureOwner: who claims to have added it.</summary>
    public Guid Owner { get; internal init; }

    /// <summary>SignatureData: a DER certificate for <see cref="EfiGuids.CertX509"/>, a digest for most others.</summary>
    public ReadOnlySpan<byte> Data { get; internal init; }
}

/// <summary>
/// Enumerates the signatures in a variable's value: consecutive EFI_SIGNATURE_LISTs (MdePkg/Include/Guid/ImageAuthentication.h). Stops at
/// bytes that do not form one; <see cref="Rest"/> tells whether that was before the end.
/// </summary>
public ref struct SignatureLists
{
    private ReadOnlySpan<byte> _lists;
    private ReadOnlySpan<byte> _signatures;
    private Guid _type;
    private int _signatureSize;

    /// <summary>Reads a variable's value.</summary>
    public SignatureLists(ReadOnlySpan<byte> data) => _lists = data;

    /// <summary>The current signature.</summary>
    public Signature Current { get; private set; }

    /// <summary>The number of bytes left; 0 if the whole value was made up of lists.</summary>
    public readonly int Rest => _lists.Length + _signatures.Length;

    /// <summary>Returns this enumerator, for <c>foreach</c>.</summary>
    public readonly SignatureLists GetEnumerator() => this;

    /// <summary>Advances to the next signature.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveNext()
    {
        while (_signatures.IsEmpty)
        {
            if (!OpenList())
            {
                return false;
            }
        }

        Current = new()
        {
            Type = _type,
            Owner = new(_signatures[..SignatureListHeader.OwnerSize]),
            Data = _signatures[SignatureListHeader.OwnerSize.._signatureSize],
        };
        _signatures = _signatures[_signatureSize..];
        return true;
    }

    private bool OpenList()
    {
        if (_lists.Length < SignatureListHeader.Size)
        {
            return false;
        }

        uint listSize = ReadUInt32(SignatureListHeader.At.SignatureListSize);
        uint headerSize = ReadUInt32(SignatureListHeader.At.SignatureHeaderSize);
        uint signatureSize = ReadUInt32(SignatureListHeader.At.SignatureSize);
        ulong before = SignatureListHeader.Size + (ulong)headerSize;
        if (
            listSize > _lists.Length
            || before > listSize
            || signatureSize < SignatureListHeader.OwnerSize
            || (listSize - before) % signatureSize != 0
        )
        {
            return false;
        }

        _type = new(_lists[..EfiGuids.Size]);
        _signatureSize = (int)signatureSize;
        _signatures = _lists[(int)before..(int)listSize];
        _lists = _lists[(int)listSize..];
        return true;
    }

    private readonly uint ReadUInt32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_lists[at..]);
}
