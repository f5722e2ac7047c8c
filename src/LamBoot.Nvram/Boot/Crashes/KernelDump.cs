using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>Assembles the records of a dump: the highest part has the oldest text.</summary>
/// <param name="kind">The kind according to its records.</param>
internal sealed class KernelDump(CrashKind kind)
{
    // efi_pstore's record_size: both its minimum and its default.
    private const int SmallestRecordSize = 1024;

    private readonly List<(string Lines, bool IsCompressed, int Size)> _texts = [];
    private readonly List<KernelRecord> _records = [];
    private readonly HashSet<uint> _parts = [];
    private readonly DumpFlaws _flaws = new();

    /// <summary>The kind of dump.</summary>
    public CrashKind Kind => kind;

    /// <summary>Whether a part is present.</summary>
    public bool Has(uint part) => _parts.Contains(part);

    /// <summary>Adds a record that was read. Records must be added in the order of their parts.</summary>
    /// <param name="record">The record.</param>
    /// <param name="text">Its text.</param>
    /// <param name="limit">The maximum number of characters to take.</param>
    public void Add(KernelRecord record, RecordText text, int limit)
    {
        _records.Add(record);
        if (!_parts.Add(record.Part))
        {
            _flaws.Doubled.Add(record.Part);
            return;
        }

        string lines = text.Lines[..Math.Min(text.Lines.Length, limit)];
        if (text.IsCutOff || lines.Length < text.Lines.Length)
        {
            _flaws.CutOff.Add(record.Part);
        }
        else if (text.IsDamaged)
        {
            _flaws.Damaged.Add(record.Part);
        }

        _texts.Add((lines, record.IsCompressed, text.Size));
    }

    /// <summary>Adds a record that was not read, because the limit was reached or because it is unreadable.</summary>
    public void AddUnread(KernelRecord record, bool isLeftOut)
    {
        _records.Add(record);
        _parts.Add(record.Part);
        (isLeftOut ? _flaws.LeftOut : _flaws.Unreadable).Add(record.Part);
    }

    /// <summary>Returns the assembled record.</summary>
    public CrashRecord Build(VariableStore store)
    {
        uint[] parts = new uint[_parts.Count];
        _parts.CopyTo(parts);
        Array.Sort(parts);
        KernelLog log = Assemble();
        string text = log.ToString();
        KernelRecord oldest = _records[0];
        int offset = 0;
        foreach (KernelRecord record in _records)
        {
            oldest = record.Time < oldest.Time ? record : oldest;
            offset = Math.Max(offset, record.Offset);
        }

        return new()
        {
            Kind = kind,
            Reason = CrashReason.Of(kind, text, log.KernelLines, _flaws.HasGaps(parts)),
            At = DateTimeOffset.FromUnixTimeSeconds(oldest.Time).UtcDateTime,
            Count = oldest.Count,
            Parts = parts,
            Text = text,
            Flaws = _flaws.Describe(parts),
            Offset = offset,
            IsOfLastBoot = BootCounter.IsBefore(store, offset),
            FirmwareBoot = BootCounter.ReadAt(store, offset),
        };
    }

    /// <summary>
    /// Assembles the log. A part that does not compress to the record size is stored as plain text and fills the record: up to Linux 6.5
    /// its beginning is cut off (copy_kmsg_to_buffer), later its end. So a plain part of exactly that size, the largest of the dump, may
    /// begin in the middle of a line, whose text may be user-chosen. A smaller one holds what kmsg_dump_get_buffer returned: whole lines,
    /// if the previous part ends with one (Linux 3.5 to 4.8 may continue a line there).
    /// </summary>
    private KernelLog Assemble()
    {
        KernelLog log = new();
        int recordSize = SmallestRecordSize;
        foreach ((_, _, int each) in _texts)
        {
            recordSize = Math.Max(recordSize, each);
        }

        bool endsInside = false;
        for (int i = _texts.Count - 1; i >= 0; i--)
        {
            (string lines, bool isCompressed, int size) = _texts[i];
            log.Append(lines, beginsInside: !isCompressed && (size == recordSize || endsInside));
            endsInside = lines is not ([] or [.., '\n']);
        }

        return log;
    }
}
