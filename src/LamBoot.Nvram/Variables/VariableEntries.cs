using System.Buffers.Binary;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Variables;

/// <summary>
/// Walks the entries of a store as edk2 does (MdeModulePkg/Universal/Variable/RuntimeDxe/VariableParsing.c,
/// GetNextVariablePtr): aligned to 4 bytes, until a StartId is missing or the store ends.
/// </summary>
public ref struct VariableEntries
{
    private const uint Unwritten = 0xffffffff;

    private readonly ReadOnlySpan<byte> _store;
    private readonly VariableHeader _header;
    private int _next;

    internal VariableEntries(ReadOnlySpan<byte> store, bool authenticated, int start)
    {
        _store = store;
        _header = new(authenticated);
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
        if (rest.Length < 2 || BinaryPrimitives.ReadUInt16LittleEndian(rest) != VariableHeader.StartId)
        {
            return false;
        }

        if (rest.Length < _header.Size)
        {
            Overruns = true;
            return false;
        }

        (uint nameSize, uint dataSize) = Sizes(rest);
        long size = _header.Size + (long)nameSize + dataSize;
        if (size > rest.Length)
        {
            Overruns = true;
            return false;
        }

        Current = new(rest[..(int)size], _next, _header, (int)nameSize);
        _next = (int)Math.Min(_next + VariableHeader.Align(size), _store.Length);
        return true;
    }

    /// <summary>NameSize and DataSize, none where the write of the header was cut off (NameSizeOfVariable).</summary>
    private readonly (uint Name, uint Data) Sizes(ReadOnlySpan<byte> header)
    {
        uint name = BinaryPrimitives.ReadUInt32LittleEndian(header[_header.NameSize..]);
        uint data = BinaryPrimitives.ReadUInt32LittleEndian(header[_header.DataSize..]);
        bool unwritten =
            header[VariableHeader.At.State] == VariableState.HeaderIncomplete
            || BinaryPrimitives.ReadUInt32LittleEndian(header[VariableHeader.At.Attributes..]) == Unwritten
            || name == Unwritten
            || data == Unwritten;
        return unwritten ? (0, 0) : (name, data);
    }
}
