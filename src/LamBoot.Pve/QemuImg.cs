using System.Text;
using System.Text.Json;

namespace LamBoot.Pve;

/// <summary>
/// Reads and writes qcow2 by the node's own <c>qemu-img</c>: a linked clone's state is spread over two layers and extended L2
/// entries, which are QEMU's to understand. <c>-U</c> reads also while QEMU has the image open.
/// </summary>
internal static class QemuImg
{
    private const string Program = "qemu-img";

    // qemu-img itself takes some 300 MB of address space; a table of 64 MiB in an image's header must not take the host's memory.
    private const long MaximumMemory = 2L << 30;

    /// <summary>Reads a qcow2 image as a raw one.</summary>
    /// <param name="root">The host.</param>
    /// <param name="path">The image.</param>
    /// <param name="folder">The folder that the image and its backing files have to be in.</param>
    /// <param name="read">Reads the raw image, which is gone afterwards.</param>
    /// <exception cref="HostException">qemu-img is missing, failed, or did not end in time; or a backing file lies elsewhere.</exception>
    public static T WithRaw<T>(HostRoot root, string path, string folder, Func<string, T> read)
    {
        RequireInside(path, folder);
        string raw = NewRaw(root);
        try
        {
            Run("dd", "-U", "-f", "qcow2", "-O", "raw", "bs=1M", "count=64", $"if={path}", $"of={raw}");
            return read(raw);
        }
        finally
        {
            HostFile.Remove(raw);
        }
    }

    /// <summary>
    /// Writes the first bytes of a qcow2 image: into a copy of its top layer, which then replaces it, or into a device.
    /// </summary>
    /// <param name="root">The host.</param>
    /// <param name="path">The image.</param>
    /// <param name="folder">The folder that the image and its backing files have to be in.</param>
    /// <param name="content">The bytes.</param>
    /// <exception cref="HostException">qemu-img is missing, failed, or did not end in time; or a backing file lies elsewhere.</exception>
    public static void WriteQcow2(HostRoot root, string path, string folder, byte[] content)
    {
        RequireInside(path, folder);
        string raw = NewRaw(root);
        try
        {
            HostFile.Replace(raw, content, mode: 0x180);
            if (FileStatus.OfTarget(path).IsBlockDevice)
            {
                Write(raw, path);
                return;
            }

            HostFile.Replace(
                HostFile.Target(path),
                temporary =>
                {
                    File.Copy(path, temporary);
                    Write(raw, temporary);
                }
            );
        }
        finally
        {
            HostFile.Remove(raw);
        }
    }

    /// <summary>Writes a raw image over the beginning of a qcow2 one; by default qemu-img would leave the sync to nobody.</summary>
    private static void Write(string raw, string path)
    {
        Run("convert", "-n", "-t", "writeback", "-f", "raw", "-O", "qcow2", raw, path);
        HostFile.Sync(path);
    }

    private static string NewRaw(HostRoot root)
    {
        HostFile.CreatePrivateFolder(root.Resolve(HostRoot.RunFolder));
        return root.Resolve($"{HostRoot.RunFolder}/{Guid.NewGuid():n}.raw");
    }

    private static string Run(params string[] arguments) => ChildProcess.RunBounded(Program, MaximumMemory, arguments);

    /// <summary>
    /// The guest cannot write the image's header; whoever can must not have us read another file, or one over a network.
    /// </summary>
    private static void RequireInside(string path, string folder)
    {
        string json = Run("info", "-U", "--backing-chain", "--output=json", "-f", "qcow2", path);
        string inside = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + "/";
        foreach (string file in ChainFiles(Encoding.UTF8.GetBytes(json)))
        {
            bool isPlain = file.StartsWith('/') || file == path;
            if (!isPlain || !Path.GetFullPath(file).StartsWith(inside, StringComparison.Ordinal))
            {
                throw new HostException($"{path}: its backing file {file} is not in {folder}: not read");
            }
        }
    }

    /// <summary>The <c>filename</c> of each layer in what <c>qemu-img info --backing-chain</c> says: a list of objects.</summary>
    private static List<string> ChainFiles(byte[] json)
    {
        const int Layer = 1;
        List<string> files = [];
        int layers = 0;
        Utf8JsonReader reader = new(json);
        while (reader.Read())
        {
            layers += reader.TokenType == JsonTokenType.StartObject && reader.CurrentDepth == Layer ? 1 : 0;
            bool isName = reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == Layer + 1;
            if (isName && reader.ValueTextEquals("filename"u8))
            {
                reader.Read();
                files.Add(reader.GetString() ?? "");
            }
        }

        return layers > 0 && files.Count == layers
            ? files
            : throw new HostException($"{Program} info names no file for each layer");
    }
}
