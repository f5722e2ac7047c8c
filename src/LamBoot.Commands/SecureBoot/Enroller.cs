using LamBoot.Commands.Rescue;
using LamBoot.Commands.Selection;
using LamBoot.Fleet;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Linux.Terminal;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Config;
using LamBoot.Pve.Store;

namespace LamBoot.Commands.SecureBoot;

/// <summary>Does what <c>enroll</c> was asked to do: in a VM's own store, or from one image file to another.</summary>
/// <param name="root">The host.</param>
/// <param name="keys">The keys.</param>
/// <param name="maySetUp">Whether Secure Boot may be turned on in a store in setup mode.</param>
/// <param name="isDryRun">Whether to only report what would change.</param>
internal sealed class Enroller(HostRoot root, KeysToEnroll keys, bool maySetUp, bool isDryRun)
{
    /// <summary>Enrolls in stopped VMs' stores, one after another.</summary>
    /// <param name="vmids">The VMs.</param>
    /// <param name="areNamed">Whether the user named each VMID: then a VM that does not qualify is a failure.</param>
    /// <returns>The exit code.</returns>
    public int EnrollVms(IReadOnlyList<int> vmids, bool areNamed)
    {
        if (areNamed && vmids is [int alone])
        {
            EnrollVm(alone);
            return 0;
        }

        return new EachVm(vmid =>
        {
            if (!areNamed && VmConfigFile.Open(root, vmid) is { } file)
            {
                UnfitException.ThrowIfNoStore(file.Config);
            }

            EnrollVm(vmid);
        }).Run(vmids, areNamed);
    }

    private void EnrollVm(int vmid)
    {
        using StoreEdit edit = StoreEdit.Open(root, vmid, LamBootPaths.Backups);
        string about = $"VM {vmid}: ";
        EnrolledStore enrolled = Enroll(edit.Read(), about);
        if (enrolled.Changes.Count == 0)
        {
            EachVm.Say($"{about}already enrolled; nothing changed");
        }
        else if (!isDryRun)
        {
            StoreBackup backup = edit.Write(enrolled.Volume);
            EachVm.Say($"{about}enrolled; {RestoreCommand.WhatPutsBack(vmid, backup)}");
        }
    }

    /// <summary>Enrolls in a copy of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="output">The path of the copy.</param>
    /// <param name="force">Whether it may replace a file.</param>
    public void EnrollImage(string image, string output, bool force)
    {
        NewImage.ThrowIfUnfit(root, output, force);
        byte[] whole = BoundedCall.Run(image, () => new StoreFile(image).ReadWhole());
        int length = FirmwareVolume.TryRead(whole, out FirmwareVolume volume, out NvramError error)
            ? volume.Length
            : throw new HostException($"{image}: {error}");
        if (length > whole.Length)
        {
            throw new HostException($"{image}: the image ends inside the firmware volume");
        }

        // The firmware's flash is as large as the image: on aarch64 64 MiB, most of it after the volume.
        EnrolledStore enrolled = Enroll(whole[..length], "");
        enrolled.Volume.CopyTo(whole, 0);
        if (!isDryRun)
        {
            NewImage.Write(root, output, whole, force, LamBootPaths.Temporary);
            string done = enrolled.Changes.Count == 0 ? "written; the keys were enrolled already" : "enrolled";
            StandardIo.Output.WriteLine($"{SafeText.Escape(output)}: {done}");
        }
    }

    /// <summary>Enrolls the keys in a store, after reporting what that changes.</summary>
    private EnrolledStore Enroll(byte[] volume, string about)
    {
        EnrolledStore enrolled = Enrollment.Apply(keys, volume, DateTimeOffset.UtcNow);
        if (!isDryRun && enrolled.Refusal(maySetUp) is { } refusal)
        {
            throw new HostException(about + refusal);
        }

        foreach (string line in enrolled.Lines(maySetUp, isDryRun))
        {
            EachVm.Say(about + line);
        }

        return enrolled;
    }
}
