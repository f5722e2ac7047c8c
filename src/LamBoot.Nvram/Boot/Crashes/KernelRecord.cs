using System.Runtime.InteropServices;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>Whether a variable is a record of a kernel's log, by its name.</summary>
internal enum RecordName
{
    /// <summary>It is something else.</summary>
    Other,

    /// <summary>It is one.</summary>
    Record,

    /// <summary>It begins like one's and is none that a kernel reads.</summary>
    Unknown,

    /// <summary>It has a time that no date has.</summary>
    TooLate,
}

/// <summary>
/// A variable of efi_pstore's, by its name: <c>dump-type0-PART-COUNT-TIME-C</c>, as every kernel from 3.10 to 7.2 writes it, and
/// the two older forms that it reads, without C or D, and without COUNT as well (efi_pstore_read_func).
/// </summary>
/// <param name="Part">1 has the newest text.</param>
/// <param name="Count">The number of the dump in its boot, from 1 on; 0 in the oldest form.</param>
/// <param name="Time">When it was written: seconds since 1970, by the guest's clock.</param>
/// <param name="IsCompressed">Whether its data is deflated.</param>
/// <param name="Offset">Where its entry begins in the store.</param>
internal readonly record struct KernelRecord(uint Part, int Count, long Time, bool IsCompressed, int Offset)
{
    // PSTORE_TYPE_DMESG is 0; others, such as machine checks, are no logs.
    private const string Prefix = "dump-type0";

    /// <summary>The last second of the year 9999.</summary>
    private static readonly long LastTime = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Reads an entry's name as the kernel's sscanf does: what follows the numbers does not count.</summary>
    /// <param name="entry">An entry of the kernel's vendor.</param>
    /// <param name="record">The record, where the name is one's.</param>
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

    /// <summary>A time of any number of digits: one that is too large for a number is too late.</summary>
    private static bool TryTime(ref ReadOnlySpan<char> text, out long time)
    {
        bool isDigit = text is [>= '0' and <= '9', ..];
        time = TryNumber(ref text, long.MaxValue, out ulong value) ? (long)value : long.MaxValue;
        return isDigit;
    }

    /// <summary>Takes all digits off. A plain loop: the runtime's searches allocate until it has compiled them for speed.</summary>
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
