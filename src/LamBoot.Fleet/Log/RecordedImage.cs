using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Pve.Store;

namespace LamBoot.Fleet.Log;

/// <summary>
/// The image that a VM's newest record was read from. As long as its file is as it was then, no boot came since, and it need not be
/// read again from a storage that may be slow, nor by qemu-img. The host's own boot forgets it.
/// </summary>
/// <param name="root">The host.</param>
/// <param name="vmid">The VM.</param>
public sealed class RecordedImage(HostRoot root, int vmid)
{
    private const int MaximumSize = 200;
    private const int Mode = Permissions.OwnerOnly;

    private readonly string _path = root.Resolve(LamBootPaths.Recorded(vmid));

    /// <summary>Whether it is this one, unchanged.</summary>
    public bool Is(ImageStamp stamp)
    {
        try
        {
            byte[]? known = FileReader.ReadAllOrNull(_path, MaximumSize, followLink: false);
            return known is not null && Encoding.ASCII.GetString(known) == stamp.ToString();
        }
        catch (HostException)
        {
            return false; // it is read, as if it were not known
        }
    }

    /// <summary>Remembers it. Where that cannot be, the image is read once more than it need be.</summary>
    /// <param name="stamp">The stamp from before it was read.</param>
    public void Remember(ImageStamp stamp)
    {
        try
        {
            AtomicFile.Overwrite(_path, Encoding.ASCII.GetBytes(stamp.ToString()), Mode);
        }
        catch (HostException)
        {
            // nothing else is lost
        }
    }
}
