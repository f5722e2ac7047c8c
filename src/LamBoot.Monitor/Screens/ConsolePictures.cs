using System.Globalization;
using LamBoot.Fleet;
using LamBoot.Fleet.Health;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Monitor.Survey;
using LamBoot.Pve.Qemu.Screen;

namespace LamBoot.Monitor.Screens;

/// <summary>
/// Screenshots of the consoles of this node's critical VMs, one per file: <c>/run/lamboot/screens/VMID.png</c>, accessible only to root. A
/// running VM gets a new one in each survey; a stopped VM keeps its last one; a VM that recovers or is deleted has none.
/// </summary>
/// <param name="root">The host.</param>
internal sealed class ConsolePictures(HostRoot root)
{
    /// <summary>The maximum size in bytes: a text console takes some 6,000.</summary>
    public const int MaximumSize = 48 << 10;

    private const int Width = 1280;
    private const int MostTaken = 12; // per survey: nobody looks at more
    private const int MostMilliseconds = 6_000;
    private const string Suffix = ".png";

    private readonly string _folder = root.Resolve(LamBootPaths.ScreenFolder);

    /// <summary>Takes the screenshots for a survey.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="isWhole">Whether it covers all VMs: then a VM that it lacks is gone.</param>
    /// <returns>The screenshots, by VMID.</returns>
    public IReadOnlyDictionary<int, ConsolePicture> Update(SurveyResult result, bool isWhole)
    {
        Dictionary<int, ConsolePicture> pictures = [];
        long end = Environment.TickCount64 + MostMilliseconds;
        int taken = 0;
        foreach (VmHealth vm in result.All.Where(vm => IsCritical(vm, result.Node)).OrderBy(vm => vm.Record.Vmid))
        {
            // A backup or a migration needs QEMU's monitor itself.
            bool isTaken =
                vm.Record.Run.IsRunning
                && vm.Quiet != Quiet.Locked
                && taken++ < MostTaken
                && Environment.TickCount64 < end;
            ConsolePicture? picture = isTaken ? Take(vm) : Last(vm, fault: null);
            if (picture is not null)
            {
                pictures[vm.Record.Vmid!.Value] = picture;
            }
        }

        Remove(result, isWhole);
        return pictures;
    }

    private static bool IsCritical(VmHealth vm, string node) =>
        vm.Record is { Status: HealthStatus.Critical, Vmid: not null } && vm.Record.Node == node;

    private ConsolePicture? Take(VmHealth vm)
    {
        int vmid = vm.Record.Vmid!.Value;
        try
        {
            byte[] png =
                Png.WriteWithin(VmScreen.Take(root, vmid), Width, MaximumSize)
                ?? throw new HostException($"the screenshot of VM {vmid}'s console is too large at any size");
            Keep(vmid, png);
            return new(png, DateTimeOffset.UtcNow, Fault: null);
        }
        catch (HostException e)
        {
            return Last(vm, e.Message);
        }
    }

    private void Keep(int vmid, byte[] png)
    {
        try
        {
            HostFolder.CreatePrivate(root.Resolve(LamBootPaths.RunFolder));
            HostFolder.CreatePrivate(_folder);
            AtomicFile.Replace(PathOf(vmid), png, Permissions.OwnerOnly, LamBootPaths.Temporary);
        }
        catch (HostException)
        {
            // it is shown all the same, and the next survey takes another
        }
    }

    /// <summary>A VM's saved screenshot, if it belongs to its current trouble: its VMID may have been another VM's.</summary>
    private ConsolePicture? Last(VmHealth vm, string? fault)
    {
        string path = PathOf(vm.Record.Vmid!.Value);
        byte[]? png = null;
        DateTimeOffset at = default;
        try
        {
            png = FileReader.ReadAllOrNull(path, MaximumSize, followLink: false);
            at = png is null ? default : FileStatus.OfPath(path).ModifiedAt;
        }
        catch (HostException)
        {
            png = null;
        }

        bool isOfNow = png is not null && vm.Since?.ToUnixTimeSeconds() <= at.ToUnixTimeSeconds();
        return isOfNow ? new(png, at, fault)
            : fault is not null ? new(Png: null, DateTimeOffset.UtcNow, fault)
            : null;
    }

    /// <summary>Removes the screenshots of VMs that are no longer critical, or are gone.</summary>
    private void Remove(SurveyResult result, bool isWhole)
    {
        HashSet<string> critical = [.. result.All.Where(vm => IsCritical(vm, result.Node)).Select(NameOf)];
        HashSet<string> seen = [.. result.All.Select(NameOf)];
        try
        {
            foreach (string name in HostFolder.NamesOrNone(_folder))
            {
                if (!critical.Contains(name) && (isWhole || seen.Contains(name)))
                {
                    AtomicFile.Remove($"{_folder}/{name}");
                }
            }
        }
        catch (HostException)
        {
            // the next survey tries again
        }
    }

    private static string NameOf(VmHealth vm) =>
        string.Create(CultureInfo.InvariantCulture, $"{vm.Record.Vmid}{Suffix}");

    private string PathOf(int vmid) => string.Create(CultureInfo.InvariantCulture, $"{_folder}/{vmid}{Suffix}");
}
