using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>Puts the records of a dump together: the highest part has the oldest text.</summary>
/// <param name="reader">Reads a record's text.</param>
/// <param name="limit">How many characters of text are taken, the newest.</param>
internal sealed class KernelDump(RecordText reader, int limit)
{
    /// <summary>The characters that are taken of a dump at most; a kernel's own has 10 KB unless <c>kmsg_bytes</c> says more.</summary>
    public const int MaximumText = 1 << 20;

    // What an attempt at a part that is none costs, in characters: it takes some 26 KB to begin to inflate one.
    private const int CostOfUnreadable = 4 << 10;

    private readonly List<(string Lines, bool IsCompressed)> _texts = [];
    private readonly DumpFlaws _flaws = new();
    private string? _word;
    private int _spent;

    /// <summary>How much of the limit was used.</summary>
    public int Spent => _spent;

    /// <summary>Reads a dump.</summary>
    /// <param name="store">The store.</param>
    /// <param name="records">Its records, one at least, in the order in which they were written.</param>
    public CrashRecord Read(VariableStore store, List<KernelRecord> records)
    {
        KernelRecord[] byPart = [.. records.OrderBy(record => record.Part)];
        uint[] parts = [.. byPart.Select(record => record.Part).Distinct()];
        uint? read = null;
        foreach (KernelRecord record in byPart)
        {
            if (record.Part == read)
            {
                _flaws.Doubled.Add(record.Part);
            }
            else if (ReadPart(store, record))
            {
                read = record.Part;
            }
        }

        KernelLog log = Assemble();
        CrashKind kind = KindOf(_word);
        string text = log.ToString();
        return new()
        {
            Kind = kind,
            Reason = CrashReason.Of(kind, text, log.KernelLines, _flaws.HasGaps(parts)),
            At = DateTimeOffset.FromUnixTimeSeconds(records[0].Time).UtcDateTime,
            Count = records[0].Count,
            Parts = parts,
            Text = text,
            Flaws = _flaws.Describe(parts),
            Offset = records.Max(record => record.Offset),
            IsOfLastBoot = BootCounter.IsBefore(store, records[0].Offset),
            FirmwareBoot = BootCounter.ReadAt(store, records[0].Offset),
        };
    }

    private bool ReadPart(VariableStore store, KernelRecord record)
    {
        if (_spent >= limit)
        {
            _flaws.LeftOut.Add(record.Part);
            return true;
        }

        if (!reader.Read(store.EntryAt(record.Offset).Data, record.IsCompressed))
        {
            _flaws.Unreadable.Add(record.Part);
            _spent += CostOfUnreadable;
            return false;
        }

        string lines = reader.Lines[..Math.Min(reader.Lines.Length, limit - _spent)];
        if (reader.IsCutOff || lines.Length < reader.Lines.Length)
        {
            _flaws.CutOff.Add(record.Part);
        }
        else if (reader.IsDamaged)
        {
            _flaws.Damaged.Add(record.Part);
        }

        _word ??= reader.Word;
        _spent += lines.Length;
        _texts.Add((lines, record.IsCompressed));
        return true;
    }

    /// <summary>
    /// A part that does not deflate to the kernel's record size is kept plain, its beginning cut off (copy_kmsg_to_buffer): among
    /// deflated ones a plain one begins inside a line.
    /// </summary>
    private KernelLog Assemble()
    {
        KernelLog log = new();
        bool isMixed = _texts.Exists(text => text.IsCompressed);
        for (int i = _texts.Count - 1; i >= 0; i--)
        {
            log.Append(_texts[i].Lines, beginsInside: isMixed && !_texts[i].IsCompressed);
        }

        return log;
    }

    /// <summary>kmsg_dump_reason_str. What is neither panic nor oops is a log kept at a shutdown or restart.</summary>
    private static CrashKind KindOf(string? word) =>
        word switch
        {
            null => CrashKind.Unknown,
            "Panic" => CrashKind.KernelPanic,
            "Oops" => CrashKind.KernelOops,
            _ => CrashKind.NoCrash,
        };
}
