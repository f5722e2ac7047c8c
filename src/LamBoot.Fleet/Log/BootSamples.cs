using System.Globalization;
using System.Text;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Fleet.Log;

/// <summary>
/// How often the firmware of each VM had booted at the monitor's last looks, so that a single survey sees a rate too, and whether one of
/// them saw its guest confirm a boot. A line a VM: <c>VMID UUID confirmed|- SECONDS:BOOTS…</c>, the oldest first. The host's own boot
/// forgets it.
/// </summary>
public sealed class BootSamples
{
    private const int MostOfVm = 16;
    private const int MaximumSize = 16 << 20;
    private const string Confirmed = "confirmed";
    private const string NotKnown = "-";

    private readonly Dictionary<(int Vmid, string Uuid), (bool IsConfirmed, List<SeenBoots> Seen)> _vms = [];

    /// <summary>Reads them; none where there are none, or they cannot be read.</summary>
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
            // then this look is the first
        }

        return samples;
    }

    /// <summary>What earlier looks saw of a VM, the oldest first.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="uuid">Its uuid; null for none.</param>
    /// <param name="isConfirmed">Whether one of them saw a boot that its guest had confirmed.</param>
    public IReadOnlyList<SeenBoots> Of(int vmid, string? uuid, out bool isConfirmed)
    {
        bool isKnown = _vms.TryGetValue((vmid, uuid ?? NotKnown), out (bool IsConfirmed, List<SeenBoots> Seen) vm);
        isConfirmed = isKnown && vm.IsConfirmed;
        return isKnown ? vm.Seen : [];
    }

    /// <summary>Adds a look. A count below the one before is of a store that went back in time: what was before it counts no more.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="uuid">Its uuid; null for none.</param>
    /// <param name="look">When it was, and the count.</param>
    /// <param name="isConfirmed">Whether the guest had confirmed a boot.</param>
    /// <param name="window">How long a look is kept for its rate.</param>
    public void Add(int vmid, string? uuid, SeenBoots look, bool isConfirmed, TimeSpan window)
    {
        (int, string) key = (vmid, uuid ?? NotKnown);
        (bool wasConfirmed, List<SeenBoots> seen) = _vms.GetValueOrDefault(key, (false, []));
        List<SeenBoots> kept = [.. seen.Where(each => each.FirmwareBoots <= look.FirmwareBoots && each.At < look.At)];
        kept.Add(look);

        // The first look at the count of now says how old that boot is at least; the others are for the rate.
        int first = kept.FindIndex(each => each.FirmwareBoots == look.FirmwareBoots);
        kept = [.. kept.Where((each, index) => index == first || look.At - each.At <= window)];
        if (kept.Count > MostOfVm)
        {
            kept.RemoveRange(1, kept.Count - MostOfVm);
        }

        _vms[key] = (wasConfirmed || isConfirmed, kept);
    }

    /// <summary>Forgets VMs that are no longer on this node.</summary>
    public void Keep(IReadOnlySet<int> vmids)
    {
        foreach ((int Vmid, string Uuid) key in _vms.Keys.Where(key => !vmids.Contains(key.Vmid)).ToList())
        {
            _vms.Remove(key);
        }
    }

    /// <summary>Keeps them. Where that cannot be, as for who is not root, each look stands alone.</summary>
    /// <param name="root">The host.</param>
    public void Save(HostRoot root)
    {
        StringBuilder text = new();
        foreach (((int vmid, string uuid), (bool isConfirmed, List<SeenBoots> seen)) in _vms)
        {
            text.Append(CultureInfo.InvariantCulture, $"{vmid} {uuid} {(isConfirmed ? Confirmed : NotKnown)}");
            foreach (SeenBoots look in seen)
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

    private void Parse(string[] fields)
    {
        if (
            fields is [var id, var uuid, var confirmed, .. var looks]
            && int.TryParse(id, CultureInfo.InvariantCulture, out int vmid)
        )
        {
            _vms[(vmid, uuid)] = (
                confirmed == Confirmed,
                [.. looks.Select(ParseLook).OfType<SeenBoots>().Take(MostOfVm)]
            );
        }
    }

    private static SeenBoots? ParseLook(string text) =>
        text.Split(':') is [var seconds, var boots]
        && uint.TryParse(seconds, CultureInfo.InvariantCulture, out uint at)
        && uint.TryParse(boots, CultureInfo.InvariantCulture, out uint count)
            ? new(DateTimeOffset.FromUnixTimeSeconds(at), count)
            : null;
}
