using System.Buffers.Binary;

namespace LamBoot.Nvram;

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

    private readonly ReadOnlySpan<byte> _store;

    // An authenticated header has MonotonicCount, TimeStamp and PubKeyIndex between the attributes and the sizes.
    private readonly int _sizesOffset;
    private readonly int _headerSize;
    private int _next;

    internal VariableEntries(ReadOnlySpan<byte> store, bool authenticated)
    {
        _store = store;
        _sizesOffset = authenticated ? 36 : 8;
        _headerSize = _sizesOffset + 8 + 16;
        _next = Math.Min(VariableStore.HeaderSize, store.Length);
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

        Current = new(
            _next,
            rest[StateOffset],
            (VariableAttributes)BinaryPrimitives.ReadUInt32LittleEndian(rest[AttributesOffset..]),
            new Guid(rest.Slice(_sizesOffset + 8, 16))
        )
        {
            NameBytes = rest.Slice(_headerSize, (int)nameSize),
            Data = rest.Slice(_headerSize + (int)nameSize, (int)dataSize),
        };
        _next = (int)Math.Min(_next + ((size + 3) & ~3L), _store.Length);
        return true;
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
