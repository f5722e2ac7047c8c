using System.Runtime.InteropServices;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Boot.Crashes;

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
    private const string Prefix = "dump-type0-";

    /// <summary>Reads an entry's name as the kernel's sscanf does: what follows the numbers does not count.</summary>
    public static bool TryParse(VariableEntry entry, out KernelRecord record)
    {
        record = default;
        ReadOnlySpan<char> name = MemoryMarshal.Cast<byte, char>(entry.NameBytes);
        if (!name.StartsWith(Prefix))
        {
            return false;
        }

        name = name[Prefix.Length..];
        if (!TryNumber(ref name, uint.MaxValue, out ulong part) || part == 0 || !TrySeparator(ref name))
        {
            return false;
        }

        ReadOnlySpan<char> old = name;
        if (!TrySigned(ref name, out int count))
        {
            return false;
        }

        if (TrySeparator(ref name) && TryTime(ref name, out long time))
        {
            record = new((uint)part, count, time, name is ['-', 'C', ..], entry.Offset);
            return true;
        }

        bool isOld = TryTime(ref old, out time);
        record = new((uint)part, 0, time, false, entry.Offset);
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

    /// <summary>A time before the end of the year 9999.</summary>
    private static bool TryTime(ref ReadOnlySpan<char> text, out long time)
    {
        bool found = TryNumber(ref text, (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds(), out ulong value);
        time = (long)value;
        return found;
    }

    private static bool TryNumber(ref ReadOnlySpan<char> text, ulong maximum, out ulong number)
    {
        int length = text.IndexOfAnyExceptInRange('0', '9');
        length = length < 0 ? text.Length : length;
        bool found = ulong.TryParse(text[..length], out number) && number <= maximum;
        number = found ? number : 0;
        text = text[length..];
        return found;
    }

    private static bool TrySeparator(ref ReadOnlySpan<char> text)
    {
        bool found = text is ['-', ..];
        text = found ? text[1..] : text;
        return found;
    }
}
