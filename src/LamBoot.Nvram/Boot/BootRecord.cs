using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot;

/// <summary>The values of LamBootState.</summary>
public enum BootState : byte
{
    /// <summary>Installed, not booted yet.</summary>
    Fresh = 0,

    /// <summary>A boot began and was not confirmed.</summary>
    Booting = 1,

    /// <summary>The guest's system confirmed its boot.</summary>
    BootedOK = 2,

    /// <summary>LamBoot itself saw a crash loop.</summary>
    CrashLoop = 3,
}

/// <summary>
/// LamBoot's variables, decoded. Absent ones are null; so are those of another size than defined, and they are named in
/// <see cref="Malformed"/>. Strings are as the guest wrote them: escape them before they reach a terminal.
/// </summary>
public sealed record BootRecord
{
    private const int MaximumEntryLength = 128;

    /// <summary>LamBootState; values beyond <see cref="BootState"/>'s own are possible.</summary>
    public BootState? State { get; private init; }

    /// <summary>LamBootCrashCount: crashes in a row.</summary>
    public byte? CrashCount { get; private init; }

    /// <summary>LamBootLastEntry: the id of the entry booted last; bytes that are not UTF-8 are U+FFFD.</summary>
    public string? LastEntry { get; private init; }

    /// <summary>LamBootTimestamp, UTC; null too where the guest had no clock.</summary>
    public DateTime? Timestamp { get; private init; }

    /// <summary>LamBootVersion as <c>major.minor.patch</c>.</summary>
    public string? Version { get; private init; }

    /// <summary>LamBootVmGenId; null too where it is zero, which is how the loader says that it has none.</summary>
    public Guid? VmGenId { get; private init; }

    /// <summary>The variables that are there and not as defined: <c>LamBootState: 2 bytes</c>.</summary>
    public IReadOnlyList<string> Malformed { get; private init; } = [];

    /// <summary>Reads LamBoot's variables from a store.</summary>
    /// <returns>The record, or null where the store holds none of them.</returns>
    public static BootRecord? Read(VariableStore store)
    {
        Reader reader = new(store);
        bool hasState = reader.Read("LamBootState", 1, 1, out var state);
        bool hasCrashCount = reader.Read("LamBootCrashCount", 1, 1, out var crashCount);
        bool hasLastEntry = reader.Read("LamBootLastEntry", 0, MaximumEntryLength, out var lastEntry);
        bool hasTimestamp = reader.Read("LamBootTimestamp", 8, 8, out var timestamp);
        bool hasVersion = reader.Read("LamBootVersion", 4, 4, out var version);
        bool hasVmGenId = reader.Read("LamBootVmGenId", 16, 16, out var vmGenId);
        if (!reader.FoundAny)
        {
            return null;
        }

        return new()
        {
            State = hasState ? (BootState)state[0] : null,
            CrashCount = hasCrashCount ? crashCount[0] : null,
            LastEntry = hasLastEntry ? Encoding.UTF8.GetString(lastEntry) : null,
            Timestamp = hasTimestamp ? ReadTime(timestamp, reader.Malformed) : null,
            Version = hasVersion ? FormatVersion(BinaryPrimitives.ReadUInt32LittleEndian(version)) : null,
            VmGenId = hasVmGenId && vmGenId.ContainsAnyExcept((byte)0) ? new Guid(vmGenId) : null,
            Malformed = reader.Malformed,
        };
    }

    private static string FormatVersion(uint version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version >> 16}.{(version >> 8) & 0xff}.{version & 0xff}");

    /// <summary>year u16, month, day, hour, minute, second, 0. All zero is a guest without a clock: no fault.</summary>
    private static DateTime? ReadTime(ReadOnlySpan<byte> data, List<string> malformed)
    {
        if (!data.ContainsAnyExcept((byte)0))
        {
            return null;
        }

        DateTime? time = EfiTime.Read(data).ToDateTime();
        if (time is null)
        {
            malformed.Add("LamBootTimestamp: not a time");
        }

        return time;
    }

    /// <summary>Looks LamBoot's variables up, and notes which are there and of an impossible size.</summary>
    private ref struct Reader(VariableStore store)
    {
        private readonly VariableStore _store = store;

        public List<string> Malformed { get; } = [];

        public bool FoundAny { get; private set; }

        public bool Read(string name, int minimum, int maximum, out ReadOnlySpan<byte> data)
        {
            bool found = _store.TryFind(name, EfiGuids.LamBoot, out VariableEntry entry);
            FoundAny |= found;
            data = entry.Data;
            if (found && (data.Length < minimum || data.Length > maximum))
            {
                string bytes = data.Length == 1 ? "byte" : "bytes";
                Malformed.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: {data.Length} {bytes}"));
                return false;
            }

            return found;
        }
    }
}
