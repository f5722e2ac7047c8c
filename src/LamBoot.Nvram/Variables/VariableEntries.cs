using System.Buffers.Binary;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Variables;

/// <summary>
/// Enumerates the entries of a store like edk2 (MdeModulePkg/Universal/Variable/RuntimeDxe/VariableParsing.c, GetNextVariablePtr): aligned
/// to 4 bytes, until a StartId is missing or the store ends.
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

    /// <summary>The current entry.</summary>
    public VariableEntry Current { get; private set; }

    /// <summary>The end of the list so far, in bytes from the start of the store.</summary>
    public readonly int End => _next;

    /// <summary>Whether the list ended at an entry that extends beyond the end of the store.</summary>
    public bool Overruns { get; private set; }

    /// <summary>Returns this enumerator, for <c>foreach</c>.</summary>
    public readonly VariableEntries GetEnumerator() => this;

    /// <summary>Advances to the next entry.</summary>
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

    /// <summary>NameSize and DataSize; zero if writing the header was interrupted (NameSizeOfVariable).</summary>
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
