using System.Buffers.Binary;
using System.Globalization;

namespace LamBoot.Nvram.Layout;

/// <summary>
/// EFI_TIME (MdePkg/Include/Uefi/UefiBaseType.h), as in the header of an authenticated variable. For a time-based authenticated variable,
/// it is the time of its signature, UTC; for any other, zeros.
/// </summary>
/// <param name="Year">1900 to 9999, if the guest is honest.</param>
/// <param name="Month">1 to 12.</param>
/// <param name="Day">1 to 31.</param>
/// <param name="Hour">0 to 23.</param>
/// <param name="Minute">0 to 59.</param>
/// <param name="Second">0 to 59.</param>
public readonly record struct EfiTime(ushort Year, byte Month, byte Day, byte Hour, byte Minute, byte Second)
{
    /// <summary>sizeof (EFI_TIME): Pad1, Nanosecond, TimeZone, Daylight and Pad2 follow the second.</summary>
    internal const int Size = At.Pad1 + 1 + 4 + 2 + 1 + 1;

    /// <summary>Whether all fields are zero, that is, there is no time.</summary>
    public bool IsZero => this == default;

    /// <summary>Returns the time in UTC, or null if there is no such time.</summary>
    public DateTime? ToDateTime()
    {
        bool isDate = Year is >= 1 and <= 9999 && Month is >= 1 and <= 12 && Day >= 1;
        bool isTime = Hour <= 23 && Minute <= 59 && Second <= 59;
        return isDate && isTime && Day <= DateTime.DaysInMonth(Year, Month)
            ? new DateTime(Year, Month, Day, Hour, Minute, Second, DateTimeKind.Utc)
            : null;
    }

    /// <summary><c>2026-04-22T14:37:22Z</c>, or the raw numbers if there is no such time.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Year:d4}-{Month:d2}-{Day:d2}T{Hour:d2}:{Minute:d2}:{Second:d2}Z"
        );

    /// <summary>Returns the EFI_TIME of a moment, to the second, UTC.</summary>
    public static EfiTime Of(DateTimeOffset time)
    {
        DateTime utc = time.UtcDateTime;
        return new(
            (ushort)utc.Year,
            (byte)utc.Month,
            (byte)utc.Day,
            (byte)utc.Hour,
            (byte)utc.Minute,
            (byte)utc.Second
        );
    }

    /// <summary>Writes the time; the rest of an EFI_TIME, which authenticated variables must not use, stays unchanged.</summary>
    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Year);
        bytes[At.Month] = Month;
        bytes[At.Day] = Day;
        bytes[At.Hour] = Hour;
        bytes[At.Minute] = Minute;
        bytes[At.Second] = Second;
    }

    /// <summary>Reads year to second: the beginning of an EFI_TIME, and also LamBoot's own format.</summary>
    internal static EfiTime Read(ReadOnlySpan<byte> bytes) =>
        new(
            BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            bytes[At.Month],
            bytes[At.Day],
            bytes[At.Hour],
            bytes[At.Minute],
            bytes[At.Second]
        );

    private static class At
    {
        public const int Month = sizeof(ushort);
        public const int Day = Month + 1;
        public const int Hour = Day + 1;
        public const int Minute = Hour + 1;
        public const int Second = Minute + 1;
        public const int Pad1 = Second + 1;
    }
}
