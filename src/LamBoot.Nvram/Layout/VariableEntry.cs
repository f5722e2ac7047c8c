using System.Buffers.Binary;
using System.Text;

namespace LamBoot.Nvram.Layout;

/// <summary>The attributes of a variable (EFI_VARIABLE_…, UEFI specification 8.2).</summary>
[Flags]
public enum VariableAttributes : uint
{
    /// <summary>No attribute.</summary>
    None = 0,

    /// <summary>EFI_VARIABLE_NON_VOLATILE.</summary>
    NonVolatile = 0x1,

    /// <summary>EFI_VARIABLE_BOOTSERVICE_ACCESS.</summary>
    BootServiceAccess = 0x2,

    /// <summary>EFI_VARIABLE_RUNTIME_ACCESS.</summary>
    RuntimeAccess = 0x4,

    /// <summary>EFI_VARIABLE_HARDWARE_ERROR_RECORD.</summary>
    HardwareErrorRecord = 0x8,

    /// <summary>EFI_VARIABLE_AUTHENTICATED_WRITE_ACCESS (deprecated).</summary>
    AuthenticatedWriteAccess = 0x10,

    /// <summary>EFI_VARIABLE_TIME_BASED_AUTHENTICATED_WRITE_ACCESS.</summary>
    TimeBasedAuthenticatedWriteAccess = 0x20,
}

/// <summary>
/// The states of a variable that edk2 writes (MdeModulePkg/Include/Guid/VariableFormat.h, VAR_…): each clears one more
/// bit of the byte.
/// </summary>
public static class VariableState
{
    /// <summary>Nothing written yet: the write of the header was cut off, its sizes mean nothing.</summary>
    public const byte HeaderIncomplete = 0xff;

    /// <summary>VAR_HEADER_VALID_ONLY: the header is whole, the name or data are not.</summary>
    public const byte HeaderValidOnly = 0x7f;

    /// <summary>VAR_ADDED: live.</summary>
    public const byte Added = 0x3f;

    /// <summary>VAR_ADDED and VAR_IN_DELETED_TRANSITION: live, unless an added copy exists.</summary>
    public const byte InDeletedTransition = 0x3e;

    /// <summary>The bit that VAR_DELETED clears: 0x3d and 0x3c are deleted.</summary>
    public const byte DeletedBit = 0x02;

    /// <summary>What edk2 leaves of an added variable: VAR_IN_DELETED_TRANSITION, then VAR_DELETED cleared.</summary>
    internal const byte Deleted = 0x3c;
}

/// <summary>
/// One entry of the list as it lies in the store, whatever its state (VARIABLE_HEADER or AUTHENTICATED_VARIABLE_HEADER,
/// MdeModulePkg/Include/Guid/VariableFormat.h).
/// </summary>
public readonly ref struct VariableEntry
{
    private readonly ReadOnlySpan<byte> _header;
    private readonly bool _isAuthenticated;

    /// <summary>An entry of a store.</summary>
    /// <param name="bytes">All of its bytes.</param>
    /// <param name="offset">Where it begins in the store.</param>
    /// <param name="header">The kind of its header.</param>
    /// <param name="nameSize">How many bytes its name has.</param>
    internal VariableEntry(ReadOnlySpan<byte> bytes, int offset, VariableHeader header, int nameSize)
    {
        _header = bytes[..header.Size];
        _isAuthenticated = header.IsAuthenticated;
        Offset = offset;
        State = bytes[VariableHeader.At.State];
        VendorAndName = bytes.Slice(header.VendorGuid, EfiGuids.Size + nameSize);
        Data = bytes[(header.Size + nameSize)..];
    }

    /// <summary>The offset of the header in the store, in bytes: entries that were written later stand behind.</summary>
    public int Offset { get; }

    /// <summary>The state byte; see <see cref="VariableState"/>.</summary>
    public byte State { get; }

    /// <summary>
    /// Whether the variable may be live: by its state, a copy that was added may stand elsewhere. An entry without a name,
    /// or whose vendor and name are erased flash, is none, whatever its state: its write was cut off behind the state, as in a
    /// store that is rewritten.
    /// </summary>
    public bool MayBeLive =>
        (State is VariableState.Added or VariableState.InDeletedTransition)
        && !NameBytes.IsEmpty
        && VendorAndName.ContainsAnyExcept((byte)0xff);

    /// <summary>The attributes.</summary>
    public VariableAttributes Attributes =>
        _header.IsEmpty
            ? VariableAttributes.None
            : (VariableAttributes)BinaryPrimitives.ReadUInt32LittleEndian(_header[VariableHeader.At.Attributes..]);

    /// <summary>MonotonicCount; 0 in a plain store.</summary>
    public ulong MonotonicCount =>
        _isAuthenticated ? BinaryPrimitives.ReadUInt64LittleEndian(_header[VariableHeader.At.MonotonicCount..]) : 0;

    /// <summary>TimeStamp; zero in a plain store.</summary>
    public EfiTime TimeStamp => _isAuthenticated ? EfiTime.Read(_header[VariableHeader.At.TimeStamp..]) : default;

    /// <summary>PubKeyIndex; 0 in a plain store.</summary>
    public uint PubKeyIndex =>
        _isAuthenticated ? BinaryPrimitives.ReadUInt32LittleEndian(_header[VariableHeader.At.PubKeyIndex..]) : 0;

    /// <summary>The vendor's GUID: a variable is named by its name and this.</summary>
    public Guid VendorGuid => VendorAndName.IsEmpty ? default : new(VendorAndName[..EfiGuids.Size]);

    /// <summary>The name as it is stored: UTF-16LE with its NUL. The guest wrote it: neither need be so.</summary>
    public ReadOnlySpan<byte> NameBytes => VendorAndName.IsEmpty ? [] : VendorAndName[EfiGuids.Size..];

    /// <summary>How many bytes header, name and data have.</summary>
    internal int Size => _header.Length + NameBytes.Length + Data.Length;

    /// <summary>VendorGuid and the name behind it, as they lie in the store.</summary>
    internal ReadOnlySpan<byte> VendorAndName { get; }

    /// <summary>The name as text, without its NUL. The guest wrote it: escape it before it reaches a terminal.</summary>
    public string Name
    {
        get
        {
            string name = Encoding.Unicode.GetString(NameBytes);
            return name.EndsWith('\0') ? name[..^1] : name;
        }
    }

    /// <summary>The value.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Whether another entry is of the same variable: the same name, byte by byte, and vendor.</summary>
    public bool IsSameVariable(VariableEntry other) => VendorAndName.SequenceEqual(other.VendorAndName);

    /// <summary>Whether the stored name is <paramref name="name"/>, its NUL included.</summary>
    public bool IsNamed(ReadOnlySpan<char> name)
    {
        ReadOnlySpan<byte> stored = NameBytes;
        if (stored.Length != (name.Length + 1) * 2 || stored[^1] != 0 || stored[^2] != 0)
        {
            return false;
        }

        for (int i = 0; i < name.Length; i++)
        {
            if ((stored[2 * i] | (stored[(2 * i) + 1] << 8)) != name[i])
            {
                return false;
            }
        }

        return true;
    }
}
