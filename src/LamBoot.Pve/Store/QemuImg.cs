using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Storage;

namespace LamBoot.Pve.Store;

/// <summary>
/// Reads and writes qcow2 with the node's own <c>qemu-img</c>: a linked clone's data is spread over two layers and extended L2 entries,
/// which only QEMU should have to understand. <c>-U</c> allows reading while QEMU has the image open.
/// </summary>
internal static class QemuImg
{
    private const string Program = "qemu-img";

    // qemu-img itself takes some 300 MB of address space; a header that asks for a 64 MiB table must not exhaust the host's memory.
    private const long MaximumMemory = 2L << 30;

    /// <summary>Reads the first bytes of a qcow2 image.</summary>
    /// <param name="path">The image.</param>
    /// <param name="place">Where its backing files may be.</param>
    /// <param name="mebibytes">The maximum in MiB.</param>
    /// <param name="read">Reads them, given their number; they are gone afterwards.</param>
    /// <exception cref="HostException">qemu-img is missing, failed, or did not end in time; or a layer must not be read.</exception>
    public static T Read<T>(string path, ImagePlace place, int mebibytes, Func<Descriptor, long, T> read)
    {
        string chain = ImageChain.Of(path, place).Options();
        using Descriptor raw = MemoryFile.Create(Program);
        Run(
            raw,
            "dd",
            "--image-opts",
            "-U",
            "-O",
            "raw",
            "bs=1M",
            $"count={mebibytes}",
            $"if={chain}",
            $"of={MemoryFile.InChild}"
        );
        return read(raw, (long)raw.Status.Size);
    }

    /// <summary>Writes the first bytes of a qcow2 image: into a copy of its top layer, which then replaces it, or into a device.</summary>
    /// <param name="path">The image.</param>
    /// <param name="place">Where its backing files may be.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="temporary">The name pattern of the copy.</param>
    /// <exception cref="HostException">qemu-img is missing, failed, or did not end in time; or a layer must not be read.</exception>
    public static void Write(string path, ImagePlace place, byte[] content, TemporaryFiles temporary)
    {
        ImageChain chain = ImageChain.Of(path, place);
        using Descriptor raw = MemoryFile.Create(Program);
        raw.Write(content);
        if (FileStatus.OfTarget(path).IsBlockDevice)
        {
            Write(raw, chain.Options(), path);
            return;
        }

        AtomicFile.Replace(
            FileQuery.Target(path),
            copy =>
            {
                AtomicFile.Copy(path, copy);
                Write(raw, chain.Options(copy), copy);
            },
            temporary
        );
    }

    /// <summary>Writes a raw image over the beginning of a qcow2 one; by default, qemu-img would not sync it.</summary>
    private static void Write(Descriptor raw, string chain, string path)
    {
        Run(raw, "convert", "-n", "-t", "writeback", "-f", "raw", "--target-image-opts", MemoryFile.InChild, chain);
        AtomicFile.Sync(path);
    }

    private static void Run(Descriptor raw, params string[] arguments) =>
        ChildProcess.RunBounded(Program, MaximumMemory, raw, arguments);
}
