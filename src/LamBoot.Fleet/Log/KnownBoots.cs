using System.Globalization;
using System.Text;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Log;

/// <summary>
/// The boots of a VM that already have a record or need none, each identified by what distinguishes it from others. Thus a store that goes
/// back in time (a rollback or a restore) does not get a boot recorded twice, and neither does a log that logrotate has started anew. Kept
/// in <c>config_dir/state/VMID.boots</c>: the VM's UUID, then one boot per line, newest last.
/// </summary>
/// <remarks>
/// Written without a sync, except for a boot of the source: others lost in a power failure are looked up in the log. A reused VMID has
/// another UUID, and thus none of the boots.
/// </remarks>
public sealed class KnownBoots
{
    private const int Limit = 100;
    private const int MaximumSize = 64 << 10;
    private const int Mode = Permissions.OwnerOnly;
    private const string NoUuid = "-";
    private const string OfSource = "source ";
    private const string OfRun = "run ";
    private const string Confirmed = "confirmed";

    private readonly string _path;
    private readonly string _uuid;
    private readonly List<string> _boots = [];

    private KnownBoots(string path, string uuid) => (_path, _uuid) = (path, uuid);

    /// <summary>Whether nothing is known about this VM: none of our phases has seen it before.</summary>
    public bool IsNew { get; private set; } = true;

    /// <summary>Whether a phase has seen a boot confirmed by the VM's guest.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>The VM's previous run; null if unknown.</summary>
    public RunNote? LastRun { get; set; }

    /// <summary>Why the known boots cannot be determined; null if they can.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads the known boots of a VM.</summary>
    /// <param name="root">The host.</param>
    /// <param name="fleet">The fleet's configuration.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="config">Its configuration.</param>
    public static KnownBoots Read(HostRoot root, FleetConfig fleet, int vmid, VmConfig config)
    {
        string name = root.Resolve(fleet.StatePath(vmid, LamBootPaths.BootsSuffix));
        KnownBoots boots = new(name, config.Uuid ?? NoUuid);
        try
        {
            byte[] bytes = FileReader.ReadAllOrNull(name, MaximumSize, followLink: false) ?? [];
            boots.Parse(Encoding.ASCII.GetString(bytes));
        }
        catch (HostException e)
        {
            (boots.Fault, boots.IsNew) = (e.Message, false);
        }

        return boots;
    }

    /// <summary>
    /// Whether a boot is known. Without a clock and without the firmware's boot count, a boot can only be told apart from the one before
    /// it.
    /// </summary>
    public bool Has(HealthRecord record, uint? firmwareBoots) =>
        IsOfSource(record, firmwareBoots)
        || (
            IsDistinct(record, firmwareBoots)
                ? _boots.Contains(Key(record, firmwareBoots))
                : _boots is [.., string last] && last == Key(record, firmwareBoots)
        );

    /// <summary>Whether a boot belongs to the VM from which this one was cloned.</summary>
    public bool IsOfSource(HealthRecord record, uint? firmwareBoots) =>
        _boots.Contains(OfSource + Key(record, firmwareBoots));

    /// <summary>Adds a boot and saves it. If saving fails, the log is searched again next time.</summary>
    /// <param name="record">The boot.</param>
    /// <param name="firmwareBoots">The firmware's boot count at that time; null if unknown.</param>
    /// <param name="isOfSource">Whether the boot belongs to the VM from which this one was cloned.</param>
    public void Add(HealthRecord record, uint? firmwareBoots, bool isOfSource = false)
    {
        string key = isOfSource ? OfSource + Key(record, firmwareBoots) : Key(record, firmwareBoots);
        _boots.Remove(key);
        _boots.Add(key);
        _boots.RemoveRange(0, Math.Max(_boots.Count - Limit, 0));
        Save(isSynced: isOfSource);
    }

    /// <summary>Saves that a phase has seen this VM.</summary>
    /// <param name="isSynced">Whether a power failure must not lose it.</param>
    public void Save(bool isSynced = false)
    {
        if (Fault is not null)
        {
            return; // the existing file is not lost
        }

        try
        {
            List<string> lines = [_uuid];
            if (IsConfirmed)
            {
                lines.Add(Confirmed);
            }

            if (LastRun is { } run)
            {
                lines.Add($"{OfRun}{run}");
            }

            lines.AddRange(_boots);
            string text = string.Join('\n', lines) + "\n";
            HostFolder.CreatePrivate(Path.GetDirectoryName(_path)!);
            AtomicFile.Replace(_path, Encoding.ASCII.GetBytes(text), Mode, LamBootPaths.Temporary, isSynced: isSynced);
        }
        catch (HostException)
        {
            // nothing else is lost
        }
    }

    private void Parse(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (text.EndsWith('\n') && lines is [string uuid, ..] && uuid == _uuid)
        {
            IsNew = false;
            for (int i = 1; i < lines.Length; i++)
            {
                ParseLine(lines[i]);
            }
        }
    }

    private void ParseLine(string line)
    {
        if (line == Confirmed)
        {
            IsConfirmed = true;
        }
        else if (line.StartsWith(OfRun, StringComparison.Ordinal))
        {
            LastRun = RunNote.Parse(line[OfRun.Length..]);
        }
        else
        {
            _boots.Add(line);
        }
    }

    private static bool IsDistinct(HealthRecord record, uint? firmwareBoots) =>
        record.Timestamp is not null || firmwareBoots is not null;

    /// <summary>
    /// State, crash count and time, as in <see cref="HealthRecord.IsSameBoot"/>; without a time, the firmware's boot count or, without that
    /// too, everything else there is.
    /// </summary>
    private static string Key(HealthRecord record, uint? firmwareBoots)
    {
        string boot = string.Create(CultureInfo.InvariantCulture, $"{record.StateCode} {record.CrashCount}");
        return record.Timestamp is { } time ? $"{boot} {time}"
            : firmwareBoots is { } count ? string.Create(CultureInfo.InvariantCulture, $"{boot} #{count}")
            : $"{boot} {Hash($"{record.LastEntry}\n{record.Version}\n{record.Vmgenid}"):x16}";
    }

    /// <summary>
    /// FNV-1a: guest-written text must not end up in the file. A guest that causes a collision only loses a record of its own.
    /// </summary>
    private static ulong Hash(string text)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte each in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ each) * 0x100000001b3;
        }

        return hash;
    }
}
