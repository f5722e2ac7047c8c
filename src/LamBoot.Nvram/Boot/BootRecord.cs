using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot;

/// <summary>The values of LamBootState.</summary>
public enum BootState : byte
{
    /// <summary>Installed, not yet booted.</summary>
    Fresh = 0,

    /// <summary>A boot began but was not confirmed.</summary>
    Booting = 1,

    /// <summary>The guest's operating system confirmed its boot.</summary>
    BootedOK = 2,

    /// <summary>LamBoot itself detected a crash loop.</summary>
    CrashLoop = 3,
}

/// <summary>Who recorded that a boot succeeded.</summary>
public enum BootConfirmer
{
    /// <summary>A service in the guest: its operating system is up.</summary>
    Guest,

    /// <summary>The loader itself, when the entry returned to it: nothing was booted.</summary>
    Loader,
}

/// <summary>
/// LamBoot's variables, decoded. Absent ones are null, as are those with an unexpected size, which are listed in <see cref="Malformed"/>.
/// Strings are as written by the guest: escape them before they reach a terminal.
/// </summary>
public sealed record BootRecord
{
    internal const string StateName = "LamBootState";
    internal const string CrashCountName = "LamBootCrashCount";

    private const int MaximumEntryLength = 128;

    // In the order of decoding, followed by the variables to which their positions are compared.
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

    /// <summary>LamBootState; values not in <see cref="BootState"/> are possible.</summary>
    public BootState? State { get; private init; }

    /// <summary>LamBootCrashCount: consecutive crashes.</summary>
    public byte? CrashCount { get; private init; }

    /// <summary>LamBootLastEntry: the ID of the entry booted last; bytes that are not UTF-8 become U+FFFD.</summary>
    public string? LastEntry { get; private init; }

    /// <summary>LamBootTimestamp, UTC; also null if the guest had no clock.</summary>
    public DateTime? Timestamp { get; private init; }

    /// <summary>LamBootVersion as <c>major.minor.patch</c>.</summary>
    public string? Version { get; private init; }

    /// <summary>LamBootVmGenId; also null if it is zero, which is how the loader says that it has none.</summary>
    public Guid? VmGenId { get; private init; }

    /// <summary>
    /// Who wrote BootedOK; null if that is not the state, or if unknown. The loader writes the timestamp after the state, a guest's service
    /// does not. Not detected if the entry returned to the loader within the same second; a guest's service that also writes the timestamp
    /// looks like the loader.
    /// </summary>
    public BootConfirmer? ConfirmedBy { get; private init; }

    /// <summary>Whether LamBootTimestamp was written after LamBootState, as the loader does last; null if either is missing.</summary>
    public bool? IsStampedLast { get; private init; }

    /// <summary>Whether LamBootState is present with another size; it is then in <see cref="Malformed"/>, too.</summary>
    public bool IsStateMalformed { get; private init; }

    /// <summary>The <see cref="VariableEntry.Offset"/> of LamBootState: entries after it were written later; 0 if it is missing.</summary>
    public int StateOffset { get; private init; }

    /// <summary>
    /// Whether the loader has written the timestamp of the firmware's last boot, the first thing it does in a boot apart from state and
    /// count; if not, those are from an earlier boot. Null if the store has no boot counter or no timestamp, or if nothing tells.
    /// </summary>
    public bool? HasLoaderBegun { get; private init; }

    /// <summary>Variables that are present but malformed: <c>LamBootState: 2 bytes</c>.</summary>
    public IReadOnlyList<string> Malformed { get; private init; } = [];

    /// <summary>Reads LamBoot's variables from a store in one pass.</summary>
    /// <returns>The record, or null if the store holds none of them.</returns>
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
        bool hasClock = hasTimestamp && timestamp.ContainsAnyExcept((byte)0);
        int stampedAt = hasTimestamp ? offsets[TimestampKey] : 0;
        int stateAt = hasState ? offsets[StateKey] : 0;
        bool? isStampedLast = IsWrittenAfter(stampedAt, stateAt, hasClock);
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
            IsStateMalformed = !hasState && offsets[StateKey] != 0,
            StateOffset = stateAt,
            HasLoaderBegun =
                IsWrittenAfter(stampedAt, offsets[BootCounterKey], hasClock)
                ?? (hasTimestamp ? IsWrittenAfter(stateAt, offsets[BootCounterKey], isAlwaysWritten: false) : null),
            Malformed = reader.Malformed,
        };
    }

    /// <summary>
    /// Whether a variable was written after another; null if either is missing. Without a clock each boot stamps the same zeros, which the
    /// firmware does not write again: then only a place behind the other tells anything.
    /// </summary>
    private static bool? IsWrittenAfter(int at, int otherAt, bool isAlwaysWritten) =>
        at == 0 || otherAt == 0 ? null
        : at > otherAt ? true
        : isAlwaysWritten ? false
        : null;

    private static string FormatVersion(uint version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version >> 16}.{(version >> 8) & 0xff}.{version & 0xff}");

    /// <summary>
    /// Decodes year (u16), month, day, hour, minute, second, 0. All zeros mean a guest without a clock, which is not an error.
    /// </summary>
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

    /// <summary>Decodes LamBoot's variables at their offsets and notes those with an impossible size.</summary>
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
