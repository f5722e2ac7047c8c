using System.Globalization;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;

namespace LamBoot.Pve.Storage;

/// <summary>
/// Where the backing files of an image may be. Never at another VM's disk: reading one would report its state as this VM's, and
/// <c>enroll</c> would copy it.
/// </summary>
internal sealed class ImagePlace
{
    private readonly string _folder;
    private readonly string? _base;
    private readonly string? _owner;
    private readonly bool _isOfFiles;
    private readonly bool _takesAnyBase;

    private ImagePlace(string path, string? basePath, bool isOfFiles, bool takesAnyBase)
    {
        string full = Path.GetFullPath(path);
        (_folder, _base) = (Path.GetDirectoryName(full)!, basePath);
        (_isOfFiles, _takesAnyBase) = (isOfFiles, takesAnyBase);
        _owner = OwnerOf(Path.GetFileName(full));
    }

    /// <summary>The place of a VM's image on file-based storage: its own folder there, and the base named in the volume.</summary>
    /// <param name="path">The image, <c>…/images/VMID/NAME</c>.</param>
    /// <param name="basePath">The base named in a linked clone's volume; null if none.</param>
    public static ImagePlace OfFile(string path, string? basePath) =>
        new(path, basePath is null ? null : Path.GetFullPath(basePath), isOfFiles: true, takesAnyBase: false);

    /// <summary>The place of an image on a device: the volumes beside it that belong to the same VM by name.</summary>
    public static ImagePlace OfDevice(string path) => new(path, null, isOfFiles: false, takesAnyBase: false);

    /// <summary>The place of an image given by the user: its own folder, and the images of templates in sibling folders.</summary>
    public static ImagePlace OfPath(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) || IsBlockDevice(path)
            ? OfDevice(path)
            : new(path, null, isOfFiles: true, takesAnyBase: true);

    private static bool IsBlockDevice(string path)
    {
        try
        {
            return FileStatus.OfTarget(path).IsBlockDevice;
        }
        catch (HostException)
        {
            return false; // opening it reports why
        }
    }

    /// <summary>Whether a layer may back another.</summary>
    /// <param name="layer">Its full path.</param>
    /// <param name="above">The full path of the layer that names it.</param>
    public bool Holds(string layer, string above)
    {
        if (Path.GetDirectoryName(layer) == _folder)
        {
            return _isOfFiles || (_owner is not null && OwnerOf(Path.GetFileName(layer)) == _owner);
        }

        // A template may itself be a linked clone; its volume names its own base, the clone's volume only the nearest one.
        bool isBelowBase = _takesAnyBase || above == _base || IsBase(above);
        return layer == _base || (_isOfFiles && isBelowBase && IsBase(layer));
    }

    /// <summary>
    /// Whether a path is a template's image, <c>…/VMID/base-VMID-NAME</c> in a folder beside the image's own: nothing writes to those.
    /// </summary>
    private bool IsBase(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        string vmid = Path.GetFileName(folder);
        bool isBeside = Path.GetDirectoryName(folder) == Path.GetDirectoryName(_folder);
        return isBeside
            && Vmid.TryParse(vmid, out _)
            && Path.GetFileName(path).StartsWith($"base-{vmid}-", StringComparison.Ordinal);
    }

    /// <summary>
    /// The VM that owns a volume: the first <c>vm-VMID-</c> or <c>base-VMID-</c> in its name. On LVM, snapshots are volumes too,
    /// <c>snap_vm-100-disk-0_NAME.qcow2</c> (pve-storage, LVMPlugin.pm).
    /// </summary>
    private static string? OwnerOf(string name)
    {
        string[] words = name.Split('-', '_');
        for (int word = 0; word < words.Length - 2; word++)
        {
            bool isNumber = int.TryParse(words[word + 1], NumberStyles.None, CultureInfo.InvariantCulture, out _);
            if (words[word] is "vm" or "base" && isNumber)
            {
                return words[word + 1];
            }
        }

        return null;
    }
}
