using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Storage;

namespace LamBoot.Pve.Store;

/// <summary>
/// An image with its backing files, each with its format. QEMU's tools are given the whole chain, so that they have nothing to find or to
/// probe.
/// </summary>
internal sealed class ImageChain
{
    private const int MaximumLayers = 64;

    private readonly List<(string Path, ImageFormat Format)> _layers = [];

    private ImageChain() { }

    /// <summary>Follows the chain of a qcow2 image through its headers. No layer is read before its place and format are known.</summary>
    /// <param name="path">The image.</param>
    /// <param name="place">Where its backing files may be.</param>
    /// <exception cref="HostException">A layer cannot be read, or must not be.</exception>
    public static ImageChain Of(string path, ImagePlace place)
    {
        ImageChain chain = new();
        (string Path, ImageFormat Format)? layer = (Path.GetFullPath(path), ImageFormat.Qcow2);
        while (layer is { } next)
        {
            if (chain._layers.Count == MaximumLayers)
            {
                throw new HostException($"{path} has more than {MaximumLayers} backing files: not read");
            }

            chain._layers.Add(next);
            layer = next.Format == ImageFormat.Qcow2 ? Below(next.Path, place) : null;
        }

        return chain;
    }

    /// <summary>The chain as options for QEMU's block layer (<c>--image-opts</c>).</summary>
    /// <param name="top">The file of the topmost layer; null for its own.</param>
    public string Options(string? top = null)
    {
        StringBuilder options = new();
        string prefix = "";
        foreach ((string path, ImageFormat format) in _layers)
        {
            string file = prefix.Length == 0 ? top ?? path : path;
            string driver = FileStatus.OfTarget(file).IsBlockDevice ? "host_device" : "file";
            string name = ImageFormats.NameOf(format);
            options
                .Append(prefix.Length == 0 ? "" : ",")
                .Append($"{prefix}driver={name},{prefix}file.driver={driver},");
            options.Append($"{prefix}file.filename={file.Replace(",", ",,", StringComparison.Ordinal)}");
            prefix += "backing.";
        }

        return options.ToString();
    }

    private static (string Path, ImageFormat Format)? Below(string path, ImagePlace place)
    {
        Qcow2Header header = Qcow2Header.Read(path);
        if (header.Backing is not { } named)
        {
            return null;
        }

        string backing = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, named));
        if (IsOverProtocol(named) || !place.Holds(backing, path))
        {
            throw new HostException(
                $"{path}: its backing file {named} is neither the VM's own nor the base that its volume names: not read"
            );
        }

        return (backing, FormatOf(backing, header.BackingFormat, path));
    }

    /// <summary><c>nbd:…</c>, <c>json:{…}</c>: a colon before any slash (QEMU, block.c, path_has_protocol).</summary>
    private static bool IsOverProtocol(string name) =>
        name.IndexOf(':') is var colon and >= 0 && name.IndexOf('/') is var slash && (slash < 0 || colon < slash);

    private static ImageFormat FormatOf(string backing, string? said, string path)
    {
        ImageFormat? named = ImageFormats.OfExtension(backing);
        ImageFormat? format = said is null ? named : ImageFormats.Parse(said, backing);
        return format is { } known && (named is null || named == known)
            ? known
            : throw new HostException(
                $"{path}: it declares its backing file {backing} as {said ?? "none"}, but its name says {(named is { } name ? ImageFormats.NameOf(name) : "none")}: not read"
            );
    }
}
