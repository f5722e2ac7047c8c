using System.Buffers.Binary;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Variables;

/// <summary>
/// Walks the entries of a store as edk2 does (MdeModulePkg/Universal/Variable/RuntimeDxe/VariableParsing.c,
/// GetNextVariablePtr): aligned to 4 bytes, until a StartId is missing or the store ends.
/// </summary>
public ref struct VariableEntries
{
    private const ushort VariableData = 0x55aa;
    private const uint Unwritten = 0xffffffff;
    private const int StateOffset = 2;
    private const int AttributesOffset = 4;

    // VARIABLE_HEADER: the sizes follow the attributes. AUTHENTICATED_VARIABLE_HEADER has three fields between.
    private const int MonotonicCountOffset = 8;
    private const int TimeStampOffset = 16;
    private const int PubKeyIndexOffset = TimeStampOffset + EfiTime.Size;
    private const int AuthenticatedSizesOffset = PubKeyIndexOffset + 4;
    private const int SizesOffset = 8;
    private const int SizesAndVendor = 4 + 4 + 16;
    private const int AuthenticatedHeaderSize = AuthenticatedSizesOffset + SizesAndVendor;

    private readonly ReadOnlySpan<byte> _store;

    private readonly int _sizesOffset;
    private readonly int _headerSize;
    private int _next;

    internal VariableEntries(ReadOnlySpan<byte> store, bool authenticated, int start)
    {
        _store = store;
        _sizesOffset = authenticated ? AuthenticatedSizesOffset : SizesOffset;
        _headerSize = _sizesOffset + SizesAndVendor;
        _next = Math.Min(start, store.Length);
    }

    /// <summary>The entry that <see cref="MoveNext"/> came to.</summary>
    public VariableEntry Current { get; private set; }

    /// <summary>Where the list ends so far, in bytes from the start of the store.</summary>
    public readonly int End => _next;

    /// <summary>Whether the list ended at an entry that runs past the end of the store.</summary>
    public bool Overruns { get; private set; }

    /// <summary>This, so that <c>foreach</c> takes it.</summary>
    public readonly VariableEntries GetEnumerator() => this;

    /// <summary>Goes on to the next entry.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveNext()
    {
        ReadOnlySpan<byte> rest = _store[_next..];
        if (rest.Length < 2 || BinaryPrimitives.ReadUInt16LittleEndian(rest) != VariableData)
        {
            return false;
        }

        if (rest.Length < _headerSize)
        {
            Overruns = true;
            return false;
        }

        (uint nameSize, uint dataSize) = Sizes(rest);
        long size = _headerSize + (long)nameSize + dataSize;
        if (size > rest.Length)
        {
            Overruns = true;
            return false;
        }

        Current = Read(rest, nameSize, dataSize);
        _next = (int)Math.Min(_next + ((size + 3) & ~3L), _store.Length);
        return true;
    }

    /// <summary>sizeof (VARIABLE_HEADER) or sizeof (AUTHENTICATED_VARIABLE_HEADER).</summary>
    internal static int SizeOfHeader(bool authenticated) =>
        authenticated ? AuthenticatedHeaderSize : SizesOffset + SizesAndVendor;

    /// <summary>Writes what a header says behind StartId and State; the counts of other times stay 0.</summary>
    internal static void WriteHeader(
        Span<byte> entry,
        bool authenticated,
        VariableAttributes attributes,
        EfiTime timeStamp,
        int nameSize,
        int dataSize,
        Guid vendor
    )
    {
        BinaryPrimitives.WriteUInt32LittleEndian(entry[AttributesOffset..], (uint)attributes);
        if (authenticated)
        {
            timeStamp.Write(entry[TimeStampOffset..]);
        }

        Span<byte> sizes = entry[(authenticated ? AuthenticatedSizesOffset : SizesOffset)..];
        BinaryPrimitives.WriteInt32LittleEndian(sizes, nameSize);
        BinaryPrimitives.WriteInt32LittleEndian(sizes[4..], dataSize);
        vendor.TryWriteBytes(sizes[8..]);
    }

    private readonly VariableEntry Read(ReadOnlySpan<byte> bytes, uint nameSize, uint dataSize)
    {
        bool authenticated = _headerSize == AuthenticatedHeaderSize;
        return new()
        {
            Offset = _next,
            State = bytes[StateOffset],
            Attributes = (VariableAttributes)BinaryPrimitives.ReadUInt32LittleEndian(bytes[AttributesOffset..]),
            MonotonicCount = authenticated ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[MonotonicCountOffset..]) : 0,
            TimeStamp = authenticated ? EfiTime.Read(bytes[TimeStampOffset..]) : default,
            PubKeyIndex = authenticated ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[PubKeyIndexOffset..]) : 0,
            VendorAndName = bytes.Slice(_sizesOffset + 8, 16 + (int)nameSize),
            Data = bytes.Slice(_headerSize + (int)nameSize, (int)dataSize),
        };
    }

    /// <summary>NameSize and DataSize, none where the write of the header was cut off (NameSizeOfVariable).</summary>
    private readonly (uint Name, uint Data) Sizes(ReadOnlySpan<byte> header)
    {
        uint name = BinaryPrimitives.ReadUInt32LittleEndian(header[_sizesOffset..]);
        uint data = BinaryPrimitives.ReadUInt32LittleEndian(header[(_sizesOffset + 4)..]);
        bool unwritten =
            header[StateOffset] == VariableState.HeaderIncomplete
            || BinaryPrimitives.ReadUInt32LittleEndian(header[AttributesOffset..]) == Unwritten
            || name == Unwritten
            || data == Unwritten;
        return unwritten ? (0, 0) : (name, data);
    }
}
