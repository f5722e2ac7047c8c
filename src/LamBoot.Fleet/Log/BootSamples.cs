using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Fleet.Log;

/// <summary>
/// The firmware's boot count of each VM in the monitor's last surveys, so that a single survey also sees a rate; whether one of them saw
/// the guest confirm a boot; and since when the verdict has been the same. One line per VM, oldest sample first: <c>VMID UUID confirmed|-
/// VERDICT:SECONDS SECONDS:BOOTS…</c>. Lost when the host reboots.
/// </summary>
public sealed class BootSamples
{
    private const int MostOfVm = 16;
    private const int MaximumSize = 16 << 20;
    private const string Confirmed = "confirmed";
    private const string NotKnown = "-";

    // A read that a survey gave up on may still return and query this while the next survey adds its samples.
    private readonly ConcurrentDictionary<(int Vmid, string Uuid), Vm> _vms = [];

    /// <summary>Reads the samples; none if the file is missing or unreadable.</summary>
    /// <param name="root">The host.</param>
    public static BootSamples Read(HostRoot root)
    {
        BootSamples samples = new();
        try
        {
            byte[]? bytes = FileReader.ReadAllOrNull(
                root.Resolve(LamBootPaths.Samples),
                MaximumSize,
                followLink: false
            );
            foreach (string line in Encoding.ASCII.GetString(bytes ?? []).Split('\n'))
            {
                samples.Parse(line.Split(' '));
            }
        }
        catch (HostException)
        {
            // then this is the first survey
        }

        return samples;
    }

    /// <summary>What earlier surveys saw of a VM, oldest first.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="uuid">Its UUID; null if none.</param>
    /// <param name="isConfirmed">Whether one of them saw a boot confirmed by its guest.</param>
    public IReadOnlyList<SeenBoots> Of(int vmid, string? uuid, out bool isConfirmed)
    {
        Vm? vm = _vms.GetValueOrDefault((vmid, uuid ?? NotKnown));
        isConfirmed = vm?.IsConfirmed == true;
        return vm?.Seen ?? [];
    }

    /// <summary>Notes a VM's verdict.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="uuid">Its UUID; null if none.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="now">The time.</param>
    /// <param name="logged">Since when the health log has had it, null if it does not; asked only about a verdict that is new.</param>
    /// <returns>Since when it has been the same, as far as surveys and the log know; null if this survey is the first to know.</returns>
    public DateTimeOffset? Note(
        int vmid,
        string? uuid,
        VerdictKind verdict,
        DateTimeOffset now,
        Func<DateTimeOffset?> logged
    )
    {
        Vm vm = Get(vmid, uuid);
        if (vm.Verdict == verdict)
        {
            vm.Since = vm.Since > now ? now : vm.Since; // the clock was set back
            return vm.Since;
        }

        bool isFirst = vm.Verdict is null;
        DateTimeOffset? since = logged() is { } earlier && earlier < now ? earlier : null;
        (vm.Verdict, vm.Since) = (verdict, since ?? now);
        return isFirst ? since : vm.Since;
    }

    /// <summary>
    /// Adds a sample. A count lower than the previous one comes from a store that was rolled back: earlier samples no longer count.
    /// </summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="uuid">Its UUID; null if none.</param>
    /// <param name="look">The time and the count.</param>
    /// <param name="isConfirmed">Whether the guest had confirmed a boot.</param>
    /// <param name="window">How long a sample is kept to compute the rate.</param>
    public void Add(int vmid, string? uuid, SeenBoots look, bool isConfirmed, TimeSpan window)
    {
        Vm vm = Get(vmid, uuid);
        List<SeenBoots> kept =
        [
            .. vm.Seen.Where(each => each.FirmwareBoots <= look.FirmwareBoots && each.At < look.At),
        ];
        kept.Add(look);

        // The first sample with the current count gives the minimum age of that boot; the others give the rate.
        int first = kept.FindIndex(each => each.FirmwareBoots == look.FirmwareBoots);
        kept = [.. kept.Where((each, index) => index == first || look.At - each.At <= window)];
        if (kept.Count > MostOfVm)
        {
            kept.RemoveRange(1, kept.Count - MostOfVm);
        }

        vm.IsConfirmed |= isConfirmed;
        vm.Seen = kept;
    }

    /// <summary>Drops VMs that are no longer on this node.</summary>
    public void Keep(IReadOnlySet<int> vmids)
    {
        foreach ((int Vmid, string Uuid) key in _vms.Keys.Where(key => !vmids.Contains(key.Vmid)))
        {
            _vms.TryRemove(key, out _);
        }
    }

    /// <summary>Saves the samples. If that fails, as it does without root privileges, each survey stands alone.</summary>
    /// <param name="root">The host.</param>
    public void Save(HostRoot root)
    {
        StringBuilder text = new();
        foreach (((int vmid, string uuid), Vm vm) in _vms)
        {
            text.Append(CultureInfo.InvariantCulture, $"{vmid} {uuid} {(vm.IsConfirmed ? Confirmed : NotKnown)}");
            text.Append(CultureInfo.InvariantCulture, $" {vm.Verdict?.Word()}:{vm.Since.ToUnixTimeSeconds()}");
            foreach (SeenBoots look in vm.Seen)
            {
                text.Append(CultureInfo.InvariantCulture, $" {look.At.ToUnixTimeSeconds()}:{look.FirmwareBoots}");
            }

            text.Append('\n');
        }

        try
        {
            HostFolder.CreatePrivate(root.Resolve(LamBootPaths.RunFolder));
            string path = root.Resolve(LamBootPaths.Samples);
            AtomicFile.Replace(path, Encoding.ASCII.GetBytes($"{text}"), Permissions.OwnerOnly, LamBootPaths.Temporary);
        }
        catch (HostException)
        {
            // nothing else is lost
        }
    }

    private Vm Get(int vmid, string? uuid) => _vms.GetOrAdd((vmid, uuid ?? NotKnown), _ => new());

    private void Parse(string[] fields)
    {
        if (
            fields is not [var id, var uuid, var confirmed, var verdict, .. var looks]
            || !int.TryParse(id, CultureInfo.InvariantCulture, out int vmid)
            || verdict.Split(':') is not [var word, var seconds]
            || !uint.TryParse(seconds, CultureInfo.InvariantCulture, out uint since)
        )
        {
            return;
        }

        _vms[(vmid, uuid)] = new()
        {
            IsConfirmed = confirmed == Confirmed,
            Verdict = VerdictKinds.Parse(word),
            Since = DateTimeOffset.FromUnixTimeSeconds(since),
            Seen = [.. looks.Select(ParseLook).OfType<SeenBoots>().Take(MostOfVm)],
        };
    }

    private static SeenBoots? ParseLook(string text) =>
        text.Split(':') is [var seconds, var boots]
        && uint.TryParse(seconds, CultureInfo.InvariantCulture, out uint at)
        && uint.TryParse(boots, CultureInfo.InvariantCulture, out uint count)
            ? new(DateTimeOffset.FromUnixTimeSeconds(at), count)
            : null;

    private sealed class Vm
    {
        public bool IsConfirmed { get; set; }

        public VerdictKind? Verdict { get; set; }

        public DateTimeOffset Since { get; set; } = DateTimeOffset.UnixEpoch;

        public IReadOnlyList<SeenBoots> Seen { get; set; } = [];
    }
}
