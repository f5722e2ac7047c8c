using System.Runtime.InteropServices;

namespace LamBoot.Linux.Libc;

/// <summary>The call for the host's time zone.</summary>
internal static partial class TimeCalls
{
    /// <summary>mktime(3): seconds since 1970; it uses TZ or else /etc/localtime.</summary>
    [LibraryImport("libc", EntryPoint = "mktime")]
    public static partial long MakeTime(ref BrokenDownTime time);

    /// <summary>struct tm of 64-bit glibc (time.h).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct BrokenDownTime
    {
        public int Second;
        public int Minute;
        public int Hour;
        public int Day;
        public int Month;
        public int Year;
        public int DayOfWeek;
        public int DayOfYear;
        public int IsSummerTime;
        public long OffsetSeconds;
        public nint Zone;
    }
}
