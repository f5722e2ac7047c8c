using System.Buffers.Binary;
using System.Text;

namespace LamBoot.Nvram.Layout;

/// <summary>The attributes of a variable (EFI_VARIABLE_…, UEFI specification 8.2).</summary>
[Flags]
public enum VariableAttributes : uint
{
    /// <summary>No attributes.</summary>
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
/// The variable states written by edk2 (MdeModulePkg/Include/Guid/VariableFormat.h, VAR_…): each clears one more bit of the byte.
/// </summary>
public static class VariableState
{
    /// <summary>Nothing written yet: writing the header was interrupted, and its sizes are meaningless.</summary>
    public const byte HeaderIncomplete = 0xff;

    /// <summary>VAR_HEADER_VALID_ONLY: the header is complete, but the name or data is not.</summary>
    public const byte HeaderValidOnly = 0x7f;

    /// <summary>VAR_ADDED: live.</summary>
    public const byte Added = 0x3f;

    /// <summary>VAR_ADDED and VAR_IN_DELETED_TRANSITION: live unless an added copy exists.</summary>
    public const byte InDeletedTransition = 0x3e;

    /// <summary>The bit that VAR_DELETED clears: 0x3d and 0x3c are deleted.</summary>
    public const byte DeletedBit = 0x02;

    /// <summary>The state in which edk2 leaves a deleted variable: VAR_IN_DELETED_TRANSITION, then VAR_DELETED cleared.</summary>
    internal const byte Deleted = 0x3c;
}

/// <summary>
/// An entry of the list in the store, whatever its state (VARIABLE_HEADER or AUTHENTICATED_VARIABLE_HEADER,
/// MdeModulePkg/Include/Guid/VariableFormat.h).
/// </summary>
public readonly ref struct VariableEntry
{
    private readonly ReadOnlySpan<byte> _header;
    private readonly bool _isAuthenticated;

    /// <summary>Creates an entry.</summary>
    /// <param name="bytes">All of its bytes.</param>
    /// <param name="offset">Its offset in the store.</param>
    /// <param name="header">The kind of its header.</param>
    /// <param name="nameSize">The size of its name, in bytes.</param>
    internal VariableEntry(ReadOnlySpan<byte> bytes, int offset, VariableHeader header, int nameSize)
    {
        _header = bytes[..header.Size];
        _isAuthenticated = header.IsAuthenticated;
        Offset = offset;
        State = bytes[VariableHeader.At.State];
        VendorAndName = bytes.Slice(header.VendorGuid, EfiGuids.Size + nameSize);
        Data = bytes[(header.Size + nameSize)..];
    }

    /// <summary>The offset of the header in the store, in bytes: entries written later have higher offsets.</summary>
    public int Offset { get; }

    /// <summary>The state byte; see <see cref="VariableState"/>.</summary>
    public byte State { get; }

    /// <summary>
    /// Whether the variable may be live by its state, unless there is an added copy elsewhere. An entry without a name, or whose vendor and
    /// name are erased flash, is never live: its write was interrupted after the state, for example while a store was being rewritten.
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

    /// <summary>The vendor's GUID, which together with the name identifies a variable.</summary>
    public Guid VendorGuid => VendorAndName.IsEmpty ? default : new(VendorAndName[..EfiGuids.Size]);

    /// <summary>The name as stored: NUL-terminated UTF-16LE. The guest wrote it, so neither is guaranteed.</summary>
    public ReadOnlySpan<byte> NameBytes => VendorAndName.IsEmpty ? [] : VendorAndName[EfiGuids.Size..];

    /// <summary>The total size of header, name and data, in bytes.</summary>
    internal int Size => _header.Length + NameBytes.Length + Data.Length;

    /// <summary>VendorGuid and the name after it, as stored.</summary>
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

    /// <summary>Whether another entry is the same variable: the same name, byte for byte, and the same vendor.</summary>
    public bool IsSameVariable(VariableEntry other) => VendorAndName.SequenceEqual(other.VendorAndName);

    /// <summary>Whether the stored name is <paramref name="name"/>, including its NUL.</summary>
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
