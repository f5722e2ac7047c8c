using System.Globalization;
using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Pve.Store;

namespace LamBoot.Fleet.Log;

/// <summary>
/// The image as a phase saw it last while its VM was stopped. As long as its file is as it was then, no boot came since, and it need not
/// be read again from a storage that may be slow, nor by qemu-img; and when the VM runs, that is how it began. Two lines: the image's
/// stamp, and how often its firmware had booted, each <c>-</c> where it is not known; the file's own time is that of the last start, or
/// else stop. The host's own boot forgets it.
/// </summary>
/// <param name="root">The host.</param>
/// <param name="vmid">The VM.</param>
public sealed class RecordedImage(HostRoot root, int vmid)
{
    private const int MaximumSize = 200;
    private const int Mode = Permissions.OwnerOnly;
    private const string NotKnown = "-";

    private readonly string _path = root.Resolve(LamBootPaths.Recorded(vmid));

    /// <summary>Whether it is this one, unchanged.</summary>
    public bool Is(ImageStamp stamp) => Lines() is [string known, ..] && known == stamp.ToString();

    /// <summary>Remembers it. Where that cannot be, the image is read once more than it need be.</summary>
    /// <param name="stamp">The stamp from before it was read; null where nothing but reading tells whether it has changed.</param>
    /// <param name="firmwareBoots">How often its firmware has booted; null where it does not say.</param>
    public void Remember(ImageStamp? stamp, uint? firmwareBoots)
    {
        // An inactive volume has no stamp of its own.
        string name = stamp is { } read && read != ImageStamp.Inactive ? read.ToString() : NotKnown;
        string boots = firmwareBoots?.ToString(CultureInfo.InvariantCulture) ?? NotKnown;
        try
        {
            AtomicFile.Overwrite(_path, Encoding.ASCII.GetBytes($"{name}\n{boots}\n"), Mode);
        }
        catch (HostException)
        {
            // nothing else is lost
        }
    }

    /// <summary>A start begins from it as it is.</summary>
    public void MarkStart() => AtomicFile.Touch(_path);

    /// <summary>How often the firmware had booted when the VM's start began, or else its last stop was, and when that was; null where it is not known.</summary>
    public (DateTimeOffset At, uint FirmwareBoots)? Begin()
    {
        try
        {
            bool isNumber = uint.TryParse(
                Lines() is [_, string text, ..] ? text : "",
                CultureInfo.InvariantCulture,
                out uint boots
            );
            return isNumber ? (FileStatus.OfPath(_path).ModifiedAt, boots) : null;
        }
        catch (HostException)
        {
            return null;
        }
    }

    private string[] Lines()
    {
        try
        {
            byte[]? known = FileReader.ReadAllOrNull(_path, MaximumSize, followLink: false);
            return known is null ? [] : Encoding.ASCII.GetString(known).Split('\n');
        }
        catch (HostException)
        {
            return []; // it is read, as if it were not known
        }
    }
}
