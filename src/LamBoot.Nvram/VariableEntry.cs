namespace LamBoot.Nvram;

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
}

/// <summary>
/// One entry of the list as it lies in the store, whatever its state (VARIABLE_HEADER or AUTHENTICATED_VARIABLE_HEADER,
/// MdeModulePkg/Include/Guid/VariableFormat.h).
/// </summary>
public readonly ref struct VariableEntry
{
    internal VariableEntry(int offset, byte state, VariableAttributes attributes, Guid vendor)
    {
        Offset = offset;
        State = state;
        Attributes = attributes;
        VendorGuid = vendor;
    }

    /// <summary>The offset of the header in the store, in bytes.</summary>
    public int Offset { get; }

    /// <summary>The state byte; see <see cref="VariableState"/>.</summary>
    public byte State { get; }

    /// <summary>The attributes.</summary>
    public VariableAttributes Attributes { get; }

    /// <summary>The vendor's GUID: a variable is named by its name and this.</summary>
    public Guid VendorGuid { get; }

    /// <summary>The name as it is stored: UTF-16LE with its NUL. The guest wrote it: neither need be so.</summary>
    public ReadOnlySpan<byte> NameBytes { get; internal init; }

    /// <summary>The value.</summary>
    public ReadOnlySpan<byte> Data { get; internal init; }

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
