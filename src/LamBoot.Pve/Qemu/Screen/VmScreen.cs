using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Pve.Qemu.Screen;

/// <summary>
/// Captures the console of a running VM with QMP's <c>screendump</c>. QEMU writes into a memory file whose descriptor it is passed, so there
/// is no path, nothing is left behind and no disk fills up. The format is PPM because libpng aborts QEMU if it cannot write a complete PNG
/// (QEMU 7.2, ui/console.c, png_save), and because the VM stands still while QEMU compresses.
/// </summary>
public static class VmScreen
{
    /// <summary>The maximum size: 4K at 24 bits, and then some. Anything larger is not read.</summary>
    internal const int MaximumSize = 32 << 20;

    // Meanwhile Proxmox VE has to wait for QEMU's monitor. QEMU needs a few milliseconds.
    private const int Milliseconds = 2_000;

    /// <summary>Takes a screenshot.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <exception cref="HostException">None is available.</exception>
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
        // Our own number for the fd set (qapi/misc.json); QEMU drops the set when the session ends.
        using (Descriptor ofQemu = MemoryFile.OpenForWriting(file))
        {
            qemu.Execute("{\"execute\":\"add-fd\",\"arguments\":{\"fdset-id\":1818323304}}"u8, ofQemu);
        }

        qemu.Execute("{\"execute\":\"screendump\",\"arguments\":{\"filename\":\"/dev/fdset/1818323304\"}}"u8);
        qemu.Execute("{\"execute\":\"remove-fd\",\"arguments\":{\"fdset-id\":1818323304}}"u8);
    }
}
