using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Linux.Terminal;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Store;

namespace LamBoot.Commands.SecureBoot;

/// <summary>Does what <c>enroll</c> was asked for: in a VM's own store, or from an image file into another.</summary>
/// <param name="root">The host.</param>
/// <param name="enrolment">The keys.</param>
/// <param name="maySetUp">Whether Secure Boot may be switched on in a store that is in setup mode.</param>
/// <param name="isDryRun">Whether it is only said what would be changed.</param>
internal sealed class Enroller(HostRoot root, Enrolment enrolment, bool maySetUp, bool isDryRun)
{
    /// <summary>Enrols into a stopped VM's store.</summary>
    public void EnrollVm(int vmid)
    {
        using StoreEdit edit = StoreEdit.Open(root, vmid);
        string about = $"VM {vmid}: ";
        byte[] after = Apply(edit.Read(), about);
        if (enrolment.Changes.Count == 0)
        {
            StandardIo.Output.WriteLine($"{about}already enrolled; nothing changed");
        }
        else if (!isDryRun)
        {
            StoreBackup backup = edit.Write(after);
            StandardIo.Output.WriteLine(
                $"{about}enrolled; the store before is {backup.Path}, and lamboot-hook restore {vmid} puts it back"
            );
        }
    }

    /// <summary>Enrols into a copy of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="output">Where the copy goes.</param>
    /// <param name="force">Whether it may replace a file.</param>
    public void EnrollImage(string image, string output, bool force)
    {
        NewImage.ThrowIfUnfit(root, output, force);
        byte[] whole = BoundedCall.Run(image, () => StoreFile.ReadWhole(image));
        int length = FirmwareVolume.TryRead(whole, out FirmwareVolume volume, out NvramError error)
            ? volume.Length
            : throw new HostException($"{image}: {error}");
        if (length > whole.Length)
        {
            throw new HostException($"{image}: the image ends inside the firmware volume");
        }

        // The firmware's flash is as large as the image: on aarch64 64 MiB, most of it behind the volume.
        Apply(whole[..length], "").CopyTo(whole, 0);
        if (!isDryRun)
        {
            NewImage.Write(root, output, whole, force);
            string done = enrolment.Changes.Count == 0 ? "had all of it already" : "enrolled";
            StandardIo.Output.WriteLine($"{SafeText.Escape(output)}: {done}");
        }
    }

    /// <summary>The store with the keys in it; what that changes is said before it is done.</summary>
    private byte[] Apply(byte[] volume, string about)
    {
        byte[] after = enrolment.Apply(volume, DateTimeOffset.UtcNow);
        if (enrolment.SwitchesOn)
        {
            if (!maySetUp && !isDryRun)
            {
                throw new HostException(
                    $"{about}the store is in setup mode: this would switch Secure Boot on, and {enrolment.WhatBoots}; nothing changed: --setup does it"
                );
            }

            string would = isDryRun ? "would switch" : "switches"; // said before it is done
            string asked = maySetUp ? "" : " (--setup is needed)";
            StandardIo.Output.WriteLine(
                $"{about}{would} Secure Boot on{asked}: from the next boot on {enrolment.WhatBoots}"
            );
        }

        foreach (string change in enrolment.Changes)
        {
            StandardIo.Output.WriteLine($"{about}{(isDryRun ? "would add to " : "")}{change}");
        }

        return after;
    }
}
