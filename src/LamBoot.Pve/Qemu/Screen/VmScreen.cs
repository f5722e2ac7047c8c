using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Pve.Qemu.Screen;

/// <summary>
/// What a running VM shows on its console, by QMP's <c>screendump</c>. QEMU writes into a file in memory that it is handed: no path, so
/// nothing is left behind and nothing fills up. As PPM, since where QEMU cannot write a PNG whole, libpng aborts it (QEMU 7.2, ui/console.c,
/// png_save), and since the VM stands still while QEMU compresses.
/// </summary>
public static class VmScreen
{
    /// <summary>A file that was 4K at 24 bits, and then some: what is larger is not read.</summary>
    internal const int MaximumSize = 32 << 20;

    // Proxmox VE waits for QEMU's monitor meanwhile. QEMU needs some milliseconds.
    private const int Milliseconds = 2_000;

    /// <summary>Takes the picture.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <exception cref="HostException">There is none to be had.</exception>
    public static Pixels Take(HostRoot root, int vmid)
    {
        if (QemuProcess.Find(root, vmid) is null)
        {
            throw new HostException($"VM {vmid} is not running on this node, so it has no console to show");
        }

        using Descriptor file = MemoryFile.Create("console");
        try
        {
            using QmpClient qemu = QmpClient.Connect(root, vmid, Milliseconds);
            Dump(qemu, file);
        }
        catch (HostException e)
        {
            throw new HostException(e.Kind, $"cannot take a screenshot of VM {vmid}'s console: {e.Message}");
        }

        byte[] ppm = new byte[(int)Math.Min(file.Status.Size, MaximumSize + 1)];
        int size = file.Read(ppm, 0);
        return Pixels.ParsePpm(ppm.AsSpan(0, size))
            ?? throw new HostException(
                $"cannot take a screenshot of VM {vmid}'s console: QEMU's answer is not a picture, or is larger than 32 MiB"
            );
    }

    private static void Dump(QmpClient qemu, Descriptor file)
    {
        // A number of our own for the set of descriptors (qapi/misc.json); QEMU forgets the set with the conversation.
        using (Descriptor ofQemu = MemoryFile.OpenForWriting(file))
        {
            qemu.Execute("{\"execute\":\"add-fd\",\"arguments\":{\"fdset-id\":1818323304}}"u8, ofQemu);
        }

        qemu.Execute("{\"execute\":\"screendump\",\"arguments\":{\"filename\":\"/dev/fdset/1818323304\"}}"u8);
        qemu.Execute("{\"execute\":\"remove-fd\",\"arguments\":{\"fdset-id\":1818323304}}"u8);
    }
}
