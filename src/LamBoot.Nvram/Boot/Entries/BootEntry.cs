using System.Buffers.Binary;
using System.Text;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Boot.Entries;

/// <summary>
/// A boot entry, <c>Boot####</c>: EFI_LOAD_OPTION (UEFI specification 3.1.3): Attributes (4 bytes), FilePathListLength (2), Description
/// (UTF-16, NUL-terminated), FilePathList, OptionalData. The guest may have written it: escape its texts before they reach a terminal.
/// </summary>
public sealed record BootEntry
{
    private const uint Active = 0x1;
    private const uint Hidden = 0x8;
    private const int AttributesSize = sizeof(uint);
    private const int DescriptionAt = AttributesSize + sizeof(ushort);

    // MdeModulePkg/Library/UefiBootManagerLib/BmBoot.c, mBmAutoCreateBootOptionGuid.
    private static readonly Guid AutoCreated = new("8108ac4e-9f11-4d59-850e-e21a522c59b2");

    /// <summary>The number in its name, as used in BootOrder and BootNext.</summary>
    public required ushort Number { get; init; }

    /// <summary>Whether the firmware boots it on its own (LOAD_OPTION_ACTIVE).</summary>
    public bool IsActive { get; private init; }

    /// <summary>Whether the firmware's menu hides it (LOAD_OPTION_HIDDEN).</summary>
    public bool IsHidden { get; private init; }

    /// <summary>Its description.</summary>
    public string Description { get; private init; } = "";

    /// <summary>
    /// What it loads, as a UEFI device path: <c>HD(1,GPT,…)/\EFI\debian\shimx64.efi</c>. If there are several paths, the first, which is
    /// the one that counts.
    /// </summary>
    public string Path { get; private init; } = "";

    /// <summary>The size of OptionalData, which is passed to what it loads, in bytes.</summary>
    public int OptionalDataSize { get; private init; }

    /// <summary>
    /// Whether the firmware created it for a device that it found. It does so at every boot: a removed entry comes back, and an entry whose
    /// device is gone disappears by itself.
    /// </summary>
    public bool IsAutoCreated { get; private init; }

    /// <summary>Whether its bytes are malformed; then the rest is what could be read.</summary>
    public bool IsMalformed { get; private init; }

    /// <summary>The name of its variable.</summary>
    public string Name => NameOf(Number);

    /// <summary>The name of an entry's variable: four uppercase hexadecimal digits.</summary>
    internal static string NameOf(ushort number) => $"Boot{number:X4}";

    /// <summary>Reads an entry.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="data">The value of its variable; arbitrary bytes.</param>
    public static BootEntry Read(ushort number, ReadOnlySpan<byte> data)
    {
        if (data.Length < DescriptionAt)
        {
            return new() { Number = number, IsMalformed = true };
        }

        uint attributes = BinaryPrimitives.ReadUInt32LittleEndian(data);
        int pathLength = BinaryPrimitives.ReadUInt16LittleEndian(data[AttributesSize..]);
        ReadOnlySpan<byte> rest = data[DescriptionAt..];
        int end = EndOfText(rest);
        ReadOnlySpan<byte> description = rest[..(end < 0 ? rest.Length & ~1 : end)];
        rest = end < 0 ? [] : rest[(end + sizeof(char))..];
        ReadOnlySpan<byte> path = rest[..Math.Min(pathLength, rest.Length)];
        return new()
        {
            Number = number,
            IsActive = (attributes & Active) != 0,
            IsHidden = (attributes & Hidden) != 0,
            Description = Encoding.Unicode.GetString(description),
            Path = DevicePath.Format(path, out bool isWhole),
            OptionalDataSize = rest.Length - path.Length,
            IsAutoCreated = IsGuid(rest[path.Length..], AutoCreated),
            IsMalformed = end < 0 || pathLength > rest.Length || !isWhole,
        };
    }

    private static bool IsGuid(ReadOnlySpan<byte> data, Guid guid) =>
        data.Length == EfiGuids.Size && new Guid(data) == guid;

    /// <summary>The offset of the NUL of a UTF-16 text, in bytes.</summary>
    private static int EndOfText(ReadOnlySpan<byte> text)
    {
        for (int at = 0; at + sizeof(char) <= text.Length; at += sizeof(char))
        {
            if (text[at] == 0 && text[at + 1] == 0)
            {
                return at;
            }
        }

        return -1;
    }
}
