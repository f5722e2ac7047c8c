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

/// <summary>Who wrote that a boot was good.</summary>
public enum BootConfirmer
{
    /// <summary>A service in the guest: its system is up.</summary>
    Guest,

    /// <summary>The loader itself, when the entry came back to it: nothing was booted.</summary>
    Loader,
}

/// <summary>
/// LamBoot's variables, decoded. Absent ones are null; so are those of another size than defined, and they are named in
/// <see cref="Malformed"/>. Strings are as the guest wrote them: escape them before they reach a terminal.
/// </summary>
public sealed record BootRecord
{
    internal const string StateName = "LamBootState";
    internal const string CrashCountName = "LamBootCrashCount";

    private const int MaximumEntryLength = 128;

    // In the order in which they are read, then what else their places are compared with.
    private const int StateKey = 0;
    private const int CrashCountKey = 1;
    private const int LastEntryKey = 2;
    private const int TimestampKey = 3;
    private const int VersionKey = 4;
    private const int VmGenIdKey = 5;
    private const int BootCounterKey = 6;

    private static readonly VariableKey[] Keys =
    [
        new(StateName, EfiGuids.LamBoot),
        new(CrashCountName, EfiGuids.LamBoot),
        new("LamBootLastEntry", EfiGuids.LamBoot),
        new("LamBootTimestamp", EfiGuids.LamBoot),
        new("LamBootVersion", EfiGuids.LamBoot),
        new("LamBootVmGenId", EfiGuids.LamBoot),
        new(BootCounter.Name, EfiGuids.MtcVendor),
    ];

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

    /// <summary>
    /// Who wrote BootedOK; null where that is not the state, or nothing tells. The loader stamps the time behind the state, a
    /// guest's service does not. Not seen where the loader came back within the second of its start; a guest's service that
    /// stamps too looks like the loader.
    /// </summary>
    public BootConfirmer? ConfirmedBy { get; private init; }

    /// <summary>
    /// Whether LamBootTimestamp was written after LamBootState, as the loader does at the end of what it writes; null where either is
    /// missing.
    /// </summary>
    public bool? IsStampedLast { get; private init; }

    /// <summary>The <see cref="VariableEntry.Offset"/> of LamBootState: what lies behind it was written later; 0 where it is missing.</summary>
    public int StateOffset { get; private init; }

    /// <summary>
    /// Whether the loader has stamped the time of the firmware's last boot, its first act of a boot but for state and count: where
    /// not, they are those of the boot before. Null where the store has no counter of boots or no such time.
    /// </summary>
    public bool? HasLoaderBegun { get; private init; }

    /// <summary>The variables that are there and not as defined: <c>LamBootState: 2 bytes</c>.</summary>
    public IReadOnlyList<string> Malformed { get; private init; } = [];

    /// <summary>Reads LamBoot's variables from a store, in one walk.</summary>
    /// <returns>The record, or null where the store holds none of them.</returns>
    public static BootRecord? Read(VariableStore store)
    {
        Span<int> offsets = stackalloc int[Keys.Length];
        store.FindAll(Keys, offsets);
        if (!offsets[..BootCounterKey].ContainsAnyExcept(0))
        {
            return null;
        }

        Reader reader = new(store, offsets);
        bool hasState = reader.Read(StateKey, 1, 1, out var state);
        bool hasCrashCount = reader.Read(CrashCountKey, 1, 1, out var crashCount);
        bool hasLastEntry = reader.Read(LastEntryKey, 0, MaximumEntryLength, out var lastEntry);
        bool hasTimestamp = reader.Read(TimestampKey, 8, 8, out var timestamp);
        bool hasVersion = reader.Read(VersionKey, 4, 4, out var version);
        bool hasVmGenId = reader.Read(VmGenIdKey, 16, 16, out var vmGenId);
        bool? isStampedLast = hasState && hasTimestamp ? offsets[TimestampKey] > offsets[StateKey] : null;
        bool hasCounter = offsets[BootCounterKey] != 0;
        return new()
        {
            State = hasState ? (BootState)state[0] : null,
            CrashCount = hasCrashCount ? crashCount[0] : null,
            LastEntry = hasLastEntry ? Encoding.UTF8.GetString(lastEntry) : null,
            Timestamp = hasTimestamp ? ReadTime(timestamp, reader.Malformed) : null,
            Version = hasVersion ? FormatVersion(BinaryPrimitives.ReadUInt32LittleEndian(version)) : null,
            VmGenId = hasVmGenId && vmGenId.ContainsAnyExcept((byte)0) ? new Guid(vmGenId) : null,
            ConfirmedBy =
                isStampedLast is not { } isLoaders || state[0] != (byte)BootState.BootedOK ? null
                : isLoaders ? BootConfirmer.Loader
                : BootConfirmer.Guest,
            IsStampedLast = isStampedLast,
            StateOffset = hasState ? offsets[StateKey] : 0,
            HasLoaderBegun = hasTimestamp && hasCounter ? offsets[TimestampKey] > offsets[BootCounterKey] : null,
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

    /// <summary>Takes LamBoot's variables where they were found, and notes which are of an impossible size.</summary>
    private ref struct Reader(VariableStore store, ReadOnlySpan<int> offsets)
    {
        private readonly VariableStore _store = store;
        private readonly ReadOnlySpan<int> _offsets = offsets;

        public List<string> Malformed { get; } = [];

        public bool Read(int key, int minimum, int maximum, out ReadOnlySpan<byte> data)
        {
            bool found = _offsets[key] != 0;
            data = found ? _store.EntryAt(_offsets[key]).Data : [];
            if (found && (data.Length < minimum || data.Length > maximum))
            {
                string bytes = data.Length == 1 ? "byte" : "bytes";
                Malformed.Add(string.Create(CultureInfo.InvariantCulture, $"{Keys[key].Name}: {data.Length} {bytes}"));
                return false;
            }

            return found;
        }
    }
}
