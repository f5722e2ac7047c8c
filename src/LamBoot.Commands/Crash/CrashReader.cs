using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Crashes;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Store;

namespace LamBoot.Commands.Crash;

/// <summary>Finds the crashes of a VM, both in its store and kept on the host. It changes nothing.</summary>
internal sealed class CrashReader(HostRoot root, FleetToml fleet)
{
    /// <summary>The crashes in an image without a VM, newest first.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static IReadOnlyList<KeptCrash> OfImage(string path) => OfStore(new StoreFile(path).Read(), path);

    /// <summary>
    /// The crashes of a VM, newest first: those in its store, then those that it has cleared. If its store cannot be read, reports that and
    /// returns those kept.
    /// </summary>
    /// <exception cref="HostException">There is nothing to show; the message says why.</exception>
    public IReadOnlyList<KeptCrash> OfVm(int vmid)
    {
        CrashArchive archive = new(root);
        string? uuid = Uuid(vmid);
        List<KeptCrash> kept = Own(vmid, uuid, archive.Read(vmid));
        IReadOnlyList<KeptCrash> stored = [];
        try
        {
            stored = OfStoreOf(vmid);
        }
        catch (HostException e) when (kept.Count > 0)
        {
            ErrorLog.Write(e.Message);
        }

        // The store's copy is complete, a file may be truncated: of two copies of a crash, the store's counts.
        List<KeptCrash> all =
        [
            .. stored.Select(crash => crash with { File = archive.Find(vmid, uuid, crash.Summary) }),
        ];
        HashSet<string?> files = [.. all.Select(crash => crash.File)];
        all.AddRange(kept.Where(crash => !files.Contains(crash.File)));
        return all;
    }

    /// <summary>The VM's UUID; null if it has none, or no configuration that can be read, which reading its store reports.</summary>
    private string? Uuid(int vmid)
    {
        try
        {
            return VmConfigFile.Open(root, vmid)?.Config.Uuid;
        }
        catch (HostException)
        {
            return null;
        }
    }

    /// <summary>The crashes that may be the VM's own. Those of an earlier VM with its VMID are reported, not shown as its.</summary>
    private static List<KeptCrash> Own(int vmid, string? uuid, IReadOnlyList<KeptCrash> kept)
    {
        List<KeptCrash> own = [.. kept.Where(crash => crash.MayBeOf(uuid))];
        if (own.Count < kept.Count)
        {
            string crashes = Plural.Of(kept.Count - own.Count, "crash", "crashes");
            ErrorLog.Write($"left out {crashes} of an earlier VM {vmid}, kept in {LamBootPaths.CrashFolder}");
        }

        return own;
    }

    private IReadOnlyList<KeptCrash> OfStoreOf(int vmid)
    {
        if (VmConfigFile.Open(root, vmid) is not { } file)
        {
            throw new HostException(VmConfigFile.WhyNone(root, vmid));
        }

        HealthProbe probe = new(root, fleet, "inspect");
        HealthRecord read = probe.ReadStore(vmid, file.Config, VmPower.Stopped);
        return probe.Image is { } image
            ? OfStore(image, $"VM {vmid}")
            : throw new HostException($"VM {vmid}: {read.Error}");
    }

    private static IReadOnlyList<KeptCrash> OfStore(StoreImage image, string what) =>
        VariableStore.TryOpen(image.Bytes, image.Size, out VariableStore store, out NvramError error)
            ? [.. CrashRecords.Read(store).Where(crash => crash.IsCrash).Select(KeptCrash.Of)]
            : throw new HostException($"{what}: {error}");
}
