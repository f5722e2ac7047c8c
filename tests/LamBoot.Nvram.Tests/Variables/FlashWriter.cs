using System.Buffers.Binary;
using System.Text;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Tests.Variables;

/// <summary>
/// Sets and deletes variables byte by byte like edk2 (UpdateVariable in MdeModulePkg/Universal/Variable/RuntimeDxe/Variable.c): the old
/// copy into transition, the new header, its state, name and data, its state, the old copy deleted.
/// </summary>
internal sealed class FlashWriter
{
    private const int HeaderSize = 60;

    private readonly StoreWriter _store = new(storeSize: 0xdfb8, imageSize: 0x20000);
    private readonly Dictionary<string, int> _live = [];
    private int _next;

    public FlashWriter() => _next = _store.End;

    public byte[] Image => _store.Image;

    /// <summary>Every byte written since the last call, with its offset.</summary>
    public List<(int Offset, byte Value)> Log { get; } = [];

    /// <summary>Whether there is room for another set.</summary>
    public bool HasRoom => _next < 0xd000;

    public void Set(string name, byte[] data)
    {
        bool had = _live.TryGetValue(name, out int old);
        if (had)
        {
            Write(old + 2, [VariableState.InDeletedTransition]);
        }

        byte[] nameBytes = Encoding.Unicode.GetBytes(name + "\0");
        byte[] header = new byte[HeaderSize];
        BinaryPrimitives.WriteUInt16LittleEndian(header, 0x55aa);
        header[2] = VariableState.HeaderIncomplete;
        header[4] = 7;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(36), nameBytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(40), data.Length);
        EfiGuids.LamBoot.TryWriteBytes(header.AsSpan(44));
        int at = _next;
        Write(at, header);
        Write(at + 2, [VariableState.HeaderValidOnly]);
        Write(at + HeaderSize, [.. nameBytes, .. data]);
        Write(at + 2, [VariableState.Added]);
        if (had)
        {
            Write(old + 2, [0x3c]);
        }

        _live[name] = at;
        _next = (at + HeaderSize + nameBytes.Length + data.Length - 72 + 3) / 4 * 4 + 72;
    }

    public void Delete(string name)
    {
        if (_live.Remove(name, out int old))
        {
            Write(old + 2, [VariableState.InDeletedTransition]);
            Write(old + 2, [0x3c]);
        }
    }

    private void Write(int offset, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            Log.Add((offset + i, bytes[i]));
            Image[offset + i] = bytes[i];
        }
    }
}
