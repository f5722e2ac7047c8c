using LamBoot.Fleet.Config;
using LamBoot.Fleet.Crashes;
using LamBoot.Fleet.Health;
using LamBoot.Linux;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Store;

namespace LamBoot.Commands.Crash;

/// <summary>Finds the crashes of a VM: those of its store, and those that the host keeps. It changes nothing.</summary>
internal sealed class CrashReader(HostRoot root, FleetToml fleet)
{
    /// <summary>The crashes of an image alone, the newest first.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static IReadOnlyList<KeptCrash> OfImage(string path) => OfStore(new StoreFile(path).Read(), path);

    /// <summary>The crashes of a VM, the newest first. Where its store cannot be read, that is said, and those that are kept are shown.</summary>
    /// <exception cref="HostException">There is neither such a VM nor anything kept of it, or what is kept cannot be read.</exception>
    public IReadOnlyList<KeptCrash> OfVm(int vmid)
    {
        CrashArchive archive = new(root);
        IReadOnlyList<KeptCrash> kept = archive.Read(vmid);
        IReadOnlyList<KeptCrash> stored = [];
        if (VmConfigFile.Open(root, vmid) is { } file)
        {
            stored = OfStoreOf(vmid, file.Config);
        }
        else if (kept.Count == 0)
        {
            throw new HostException(VmConfigFile.WhyNone(root, vmid));
        }

        return Merge(stored.Select(crash => crash with { File = archive.Find(vmid, crash.Summary) }), kept);
    }

    /// <summary>A store's own is whole, and a file may be cut off: of two of one crash the store's counts.</summary>
    internal static IReadOnlyList<KeptCrash> Merge(IEnumerable<KeptCrash> stored, IEnumerable<KeptCrash> kept)
    {
        List<KeptCrash> all = [.. stored];
        HashSet<string?> files = [.. all.Select(crash => crash.File)];
        all.AddRange(kept.Where(crash => !files.Contains(crash.File)));
        return [.. all.OrderByDescending(crash => crash.Summary.At ?? DateTimeOffset.MaxValue)];
    }

    private IReadOnlyList<KeptCrash> OfStoreOf(int vmid, VmConfig config)
    {
        HealthProbe probe = new(root, fleet, "inspect");
        HealthRecord read = probe.ReadStore(vmid, config, VmPower.Stopped);
        if (probe.Image is { } image)
        {
            return OfStore(image, $"VM {vmid}");
        }

        ErrorLog.Write($"VM {vmid}: {read.Error}");
        return [];
    }

    private static IReadOnlyList<KeptCrash> OfStore(StoreImage image, string what) =>
        VariableStore.TryOpen(image.Bytes, image.Size, out VariableStore store, out NvramError error)
            ? [.. CrashRecords.Read(store).Where(crash => crash.IsCrash).Select(KeptCrash.Of)]
            : throw new HostException($"{what}: {error}");
}
