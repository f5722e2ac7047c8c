using System.Globalization;
using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Pve.Store;

namespace LamBoot.Fleet.Log;

/// <summary>
/// The image as a phase last saw it while its VM was stopped. As long as the file has not changed, there has been no boot since, so it need
/// not be read again, from storage that may be slow or through qemu-img; while the VM runs, it tells the state in which the run began. Two
/// lines: the image's stamp and the firmware's boot count, each <c>-</c> if unknown; the file's modification time is that of the last start
/// or stop. Lost when the host reboots.
/// </summary>
/// <param name="root">The host.</param>
/// <param name="vmid">The VM.</param>
public sealed class RecordedImage(HostRoot root, int vmid)
{
    private const int MaximumSize = 200;
    private const int Mode = Permissions.OwnerOnly;
    private const string NotKnown = "-";

    private readonly string _path = root.Resolve(LamBootPaths.Recorded(vmid));

    /// <summary>Whether the image is unchanged since.</summary>
    public bool Is(ImageStamp stamp) => Lines() is [string known, ..] && known == stamp.ToString();

    /// <summary>Saves the image's state. If that fails, the image is read once more than necessary.</summary>
    /// <param name="stamp">The stamp taken before it was read; null if only reading can tell whether it has changed.</param>
    /// <param name="firmwareBoots">The firmware's boot count; null if the store does not hold one.</param>
    public void Remember(ImageStamp? stamp, uint? firmwareBoots)
    {
        // An inactive volume has no stamp of its own.
        string name = stamp is { } read && read != ImageStamp.Inactive ? read.ToString() : NotKnown;
        string boots = firmwareBoots?.ToString(CultureInfo.InvariantCulture) ?? NotKnown;
        try
        {
            byte[] content = Encoding.ASCII.GetBytes($"{name}\n{boots}\n");
            AtomicFile.Replace(_path, content, Mode, LamBootPaths.Temporary, isSynced: false);
        }
        catch (HostException)
        {
            // nothing else is lost
        }
    }

    /// <summary>Notes that a start begins from the unchanged image.</summary>
    public void MarkStart() => AtomicFile.Touch(_path);

    /// <summary>The time of the VM's last start (or else stop) and the firmware's boot count at that time; null if unknown.</summary>
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
            return []; // the image is then read, as if nothing were known
        }
    }
}
