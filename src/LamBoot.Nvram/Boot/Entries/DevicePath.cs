using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace LamBoot.Nvram.Boot.Entries;

/// <summary>
/// Formats a device path as text (UEFI specification 10.6; words, numbers and letter case as in edk2's
/// MdePkg/Library/UefiDevicePathLib/DevicePathToText.c). A node consists of Type (1 byte), SubType (1), Length (2, including these four
/// bytes) and data.
/// </summary>
/// <remarks>
/// A guest may have written it: a node that is unknown or has an unexpected length becomes <c>Path(type,subtype,hex)</c>, and the text has
/// at most 4096 characters. The text is as written by the guest: escape it before it reaches a terminal.
/// </remarks>
public static class DevicePath
{
    /// <summary>The maximum number of characters of a text.</summary>
    public const int MaximumLength = 4096;

    private const int HeaderSize = 4;
    private const byte EndOfInstance = 0x01;
    private const byte EndOfPath = 0xff;

    /// <summary>Formats the first device path of a list.</summary>
    /// <param name="path">Its bytes.</param>
    /// <param name="isWhole">Whether it ends with an end node and the text was not truncated.</param>
    public static string Format(ReadOnlySpan<byte> path, out bool isWhole)
    {
        StringBuilder text = new();
        isWhole = false;
        string separator = "";
        while (text.Length <= MaximumLength && TryNode(ref path, out byte type, out byte subType, out var data))
        {
            if (type == NodeType.End)
            {
                isWhole = subType == EndOfPath;
                if (subType != EndOfInstance)
                {
                    break;
                }

                text.Append(',');
                separator = "";
                continue;
            }

            text.Append(separator);
            separator = "/";
            Append(text, type, subType, data);
        }

        if (text.Length > MaximumLength)
        {
            isWhole = false;
            text.Length = MaximumLength;
        }

        return text.ToString();
    }

    private static bool TryNode(
        ref ReadOnlySpan<byte> path,
        out byte type,
        out byte subType,
        out ReadOnlySpan<byte> data
    )
    {
        type = subType = 0;
        data = [];
        if (path.Length < HeaderSize)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(path[2..]);
        if (length < HeaderSize || length > path.Length)
        {
            return false;
        }

        type = path[0];
        subType = path[1];
        data = path[HeaderSize..length];
        path = path[length..];
        return true;
    }

    private static void Append(StringBuilder text, byte type, byte subType, ReadOnlySpan<byte> data)
    {
        string? known = type switch
        {
            NodeType.Hardware => HardwareNode.Format(subType, data),
            NodeType.Acpi => AcpiNode.Format(subType, data),
            NodeType.Messaging => MessagingNode.Format(subType, data) ?? NetworkNode.Format(subType, data),
            NodeType.Media => MediaNode.Format(subType, data),
            NodeType.Bios => MediaNode.FormatBios(subType, data),
            _ => null,
        };
        if (known is not null)
        {
            text.Append(known);
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"Path({type},{subType}");
        text.Append(data.IsEmpty ? "" : ",").Append(NodeText.Hex(data)).Append(')');
    }
}

/// <summary>The types of nodes.</summary>
internal static class NodeType
{
    public const byte Hardware = 1;
    public const byte Acpi = 2;
    public const byte Messaging = 3;
    public const byte Media = 4;
    public const byte Bios = 5;
    public const byte End = 0x7f;
}
