using LamBoot.Nvram;

namespace LamBoot.Pve;

/// <summary>
/// Reads qcow2 by the node's own <c>qemu-img</c>: a linked clone's state is spread over two layers and extended L2
/// entries, which are QEMU's to understand.
/// </summary>
internal static class QemuImg
{
    /// <summary>Reads a qcow2 image, also while QEMU has it open (<c>-U</c>).</summary>
    /// <exception cref="HostException">qemu-img is missing, failed, or did not end in time.</exception>
    public static StoreImage ReadQcow2(string path)
    {
        string folder = Directory.CreateTempSubdirectory("lamboot-").FullName;
        try
        {
            string raw = $"{folder}/store.raw";
            ChildProcess.Run(
                "qemu-img",
                ["dd", "-U", "-f", "qcow2", "-O", "raw", "bs=1M", "count=64", $"if={path}", $"of={raw}"]
            );
            return StoreFile.Read(raw);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
