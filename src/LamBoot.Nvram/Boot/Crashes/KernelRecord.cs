using System.Runtime.InteropServices;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>Whether a variable is a kernel log record, by its name.</summary>
internal enum RecordName
{
    /// <summary>Something else.</summary>
    Other,

    /// <summary>The name of a record.</summary>
    Record,

    /// <summary>A name that begins like a record's, but that no kernel reads.</summary>
    Unknown,

    /// <summary>A record with a time that no date can represent.</summary>
    TooLate,
}

/// <summary>
/// A variable of efi_pstore, identified by its name: <c>dump-type0-PART-COUNT-TIME-C</c>, as written by every kernel from 3.10 to 7.2, and
/// the two older forms that it reads: without C or D, and also without COUNT (efi_pstore_read_func).
/// </summary>
/// <param name="Part">1 has the newest text.</param>
/// <param name="Count">The number of the dump in its boot, from 1; 0 in the oldest form.</param>
/// <param name="Time">When it was written: seconds since 1970, by the guest's clock.</param>
/// <param name="IsCompressed">Whether its data is compressed.</param>
/// <param name="Offset">The offset of its entry in the store.</param>
internal readonly record struct KernelRecord(uint Part, int Count, long Time, bool IsCompressed, int Offset)
{
    // PSTORE_TYPE_DMESG is 0; other types, such as machine checks, are not logs.
    private const string Prefix = "dump-type0";

    /// <summary>The last second of the year 9999.</summary>
    private static readonly long LastTime = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Parses an entry's name like the kernel's sscanf: whatever follows the numbers is ignored.</summary>
    /// <param name="entry">An entry with the kernel's vendor GUID.</param>
    /// <param name="record">The record, if the name is one's.</param>
    public static RecordName Parse(VariableEntry entry, out KernelRecord record)
    {
        record = default;
        ReadOnlySpan<char> name = MemoryMarshal.Cast<byte, char>(entry.NameBytes);
        if (!name.StartsWith(Prefix))
        {
            return RecordName.Other;
        }

        if (!TryRead(name[Prefix.Length..], entry.Offset, out record))
        {
            return RecordName.Unknown;
        }

        return record.Time > LastTime ? RecordName.TooLate : RecordName.Record;
    }

    private static bool TryRead(ReadOnlySpan<char> name, int offset, out KernelRecord record)
    {
        record = default;
        if (
            !TrySeparator(ref name)
            || !TryNumber(ref name, uint.MaxValue, out ulong part)
            || part == 0
            || !TrySeparator(ref name)
        )
        {
            return false;
        }

        ReadOnlySpan<char> old = name;
        if (TrySigned(ref name, out int count) && TrySeparator(ref name) && TryTime(ref name, out long time))
        {
            record = new((uint)part, count, time, name is ['-', 'C', ..], offset);
            return true;
        }

        bool isOld = TryTime(ref old, out time);
        record = new((uint)part, 0, time, false, offset);
        return isOld;
    }

    private static bool TrySigned(ref ReadOnlySpan<char> text, out int number)
    {
        bool isNegative = text is ['-', ..];
        text = isNegative ? text[1..] : text;
        bool found = TryNumber(ref text, int.MaxValue, out ulong value);
        number = isNegative ? -(int)value : (int)value;
        return found;
    }

    /// <summary>Parses a time of any number of digits: one that overflows is too late.</summary>
    private static bool TryTime(ref ReadOnlySpan<char> text, out long time)
    {
        bool isDigit = text is [>= '0' and <= '9', ..];
        time = TryNumber(ref text, long.MaxValue, out ulong value) ? (long)value : long.MaxValue;
        return isDigit;
    }

    /// <summary>
    /// Consumes all digits. A plain loop, because the runtime's search functions allocate until they have been JIT-optimized.
    /// </summary>
    private static bool TryNumber(ref ReadOnlySpan<char> text, ulong maximum, out ulong number)
    {
        number = 0;
        bool fits = true;
        int length = 0;
        for (; length < text.Length && char.IsAsciiDigit(text[length]); length++)
        {
            uint digit = (uint)(text[length] - '0');
            fits &= number <= (maximum - digit) / 10;
            number = fits ? (number * 10) + digit : 0;
        }

        text = text[length..];
        return fits && length > 0;
    }

    private static bool TrySeparator(ref ReadOnlySpan<char> text)
    {
        bool found = text is ['-', ..];
        text = found ? text[1..] : text;
        return found;
    }
}
