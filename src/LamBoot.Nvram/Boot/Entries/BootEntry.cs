using System.Buffers.Binary;
using System.Text;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Boot.Entries;

/// <summary>
/// A boot entry, <c>Boot####</c>: EFI_LOAD_OPTION (UEFI specification 3.1.3): Attributes (4 bytes), FilePathListLength (2), Description
/// (UTF-16 with its NUL), FilePathList, OptionalData. The guest may have written it: escape its texts before they reach a terminal.
/// </summary>
public sealed record BootEntry
{
    private const uint Active = 0x1;
    private const uint Hidden = 0x8;
    private const int AttributesSize = sizeof(uint);
    private const int DescriptionAt = AttributesSize + sizeof(ushort);

    // MdeModulePkg/Library/UefiBootManagerLib/BmBoot.c, mBmAutoCreateBootOptionGuid.
    private static readonly Guid AutoCreated = new("8108ac4e-9f11-4d59-850e-e21a522c59b2");

    /// <summary>The number in its name, as BootOrder and BootNext give it.</summary>
    public required ushort Number { get; init; }

    /// <summary>Whether the firmware boots it by itself (LOAD_OPTION_ACTIVE).</summary>
    public bool IsActive { get; private init; }

    /// <summary>Whether the firmware's menu leaves it out (LOAD_OPTION_HIDDEN).</summary>
    public bool IsHidden { get; private init; }

    /// <summary>What it is called.</summary>
    public string Description { get; private init; } = "";

    /// <summary>
    /// What it loads, as UEFI writes device paths: <c>HD(1,GPT,…)/\EFI\debian\shimx64.efi</c>. Of several paths the first, which is
    /// the one that counts.
    /// </summary>
    public string Path { get; private init; } = "";

    /// <summary>What is handed to what it loads, in bytes: how many there are.</summary>
    public int OptionalDataSize { get; private init; }

    /// <summary>
    /// Whether the firmware made it for a device that it found. It does so at each boot: one that is removed comes back, and one whose device is
    /// gone goes by itself.
    /// </summary>
    public bool IsAutoCreated { get; private init; }

    /// <summary>Whether its bytes are not as defined: what of it is given is what could be read.</summary>
    public bool IsMalformed { get; private init; }

    /// <summary>The name of its variable.</summary>
    public string Name => NameOf(Number);

    /// <summary>The name of an entry's variable: four upper-case hexadecimal digits.</summary>
    internal static string NameOf(ushort number) => $"Boot{number:X4}";

    /// <summary>Reads an entry.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="data">Its variable's value; any bytes.</param>
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

    /// <summary>Where the NUL of a UTF-16 text stands, in bytes.</summary>
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
