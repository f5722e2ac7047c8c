using System.Text.Json;
using LamBoot.Nvram;

namespace LamBoot.Pve;

/// <summary>
/// Reads qcow2 by the node's own <c>qemu-img</c>: a linked clone's state is spread over two layers and extended L2
/// entries, which are QEMU's to understand. <c>-U</c> reads also while QEMU has the image open.
/// </summary>
internal static class QemuImg
{
    private const string Program = "qemu-img";
    private const string Folder = "/run/lamboot";

    // qemu-img itself takes some 300 MB of address space; a table of 64 MiB in an image's header must not take the host's memory.
    private const long MaximumMemory = 2L << 30;

    /// <summary>Reads a qcow2 image.</summary>
    /// <param name="root">The host.</param>
    /// <param name="path">The image.</param>
    /// <param name="folder">The folder that the image and its backing files have to be in.</param>
    /// <exception cref="HostException">qemu-img is missing, failed, or did not end in time; or a backing file lies elsewhere.</exception>
    public static StoreImage ReadQcow2(HostRoot root, string path, string folder)
    {
        RequireInside(path, folder);
        HostFile.CreatePrivateFolder(root.Resolve(Folder));
        string raw = root.Resolve($"{Folder}/{Guid.NewGuid():n}.raw");
        try
        {
            ChildProcess.RunBounded(
                Program,
                MaximumMemory,
                "dd",
                "-U",
                "-f",
                "qcow2",
                "-O",
                "raw",
                "bs=1M",
                "count=64",
                $"if={path}",
                $"of={raw}"
            );
            return StoreFile.ReadRaw(raw);
        }
        finally
        {
            HostFile.Remove(raw);
        }
    }

    /// <summary>
    /// The guest cannot write the image's header; whoever can must not have us read another file, or one over a network.
    /// </summary>
    private static void RequireInside(string path, string folder)
    {
        string json = ChildProcess.RunBounded(
            Program,
            MaximumMemory,
            "info",
            "-U",
            "--backing-chain",
            "--output=json",
            "-f",
            "qcow2",
            path
        );
        using JsonDocument chain = JsonDocument.Parse(json);
        string inside = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + "/";
        foreach (JsonElement layer in chain.RootElement.EnumerateArray())
        {
            string file = layer.GetProperty("filename").GetString() ?? "";
            bool isPlain = file.StartsWith('/') || file == path;
            if (!isPlain || !Path.GetFullPath(file).StartsWith(inside, StringComparison.Ordinal))
            {
                throw new HostException($"{path}: its backing file {file} is not in {folder}: not read");
            }
        }
    }
}
