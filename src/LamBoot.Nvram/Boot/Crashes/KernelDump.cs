using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>Puts the records of a dump together: the highest part has the oldest text.</summary>
/// <param name="kind">What its records say that it is.</param>
internal sealed class KernelDump(CrashKind kind)
{
    // efi_pstore's record_size: this at least, and this by default.
    private const int SmallestRecordSize = 1024;

    private readonly List<(string Lines, bool IsCompressed, int Size)> _texts = [];
    private readonly List<KernelRecord> _records = [];
    private readonly HashSet<uint> _parts = [];
    private readonly DumpFlaws _flaws = new();

    /// <summary>What it is.</summary>
    public CrashKind Kind => kind;

    /// <summary>Whether a part is there.</summary>
    public bool Has(uint part) => _parts.Contains(part);

    /// <summary>Adds a record that was read. They come in the order of their parts.</summary>
    /// <param name="record">The record.</param>
    /// <param name="text">Its text.</param>
    /// <param name="limit">How many characters are taken.</param>
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

    /// <summary>Adds one that was not: there was no room, or it cannot be.</summary>
    public void AddUnread(KernelRecord record, bool isLeftOut)
    {
        _records.Add(record);
        _parts.Add(record.Part);
        (isLeftOut ? _flaws.LeftOut : _flaws.Unreadable).Add(record.Part);
    }

    /// <summary>What all of it says.</summary>
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
    /// A part that does not deflate to the record size is kept plain and fills it: up to Linux 6.5 its beginning is cut off
    /// (copy_kmsg_to_buffer), later its end. So a plain part of just that size, which is the largest of the dump, may begin inside a
    /// line, whose text a user chose; a smaller one has what kmsg_dump_get_buffer gave: whole lines, where the part before it ends
    /// with one (Linux 3.5 to 4.8 may go on with a line there).
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
