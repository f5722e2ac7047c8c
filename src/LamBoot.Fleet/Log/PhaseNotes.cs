using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Fleet.Log;

/// <summary>When a VM's phases last wrote down what they know: a record may be out of date although the VM's image is not.</summary>
/// <param name="Boots">Of its known boots.</param>
/// <param name="Recorded">Of its image as a phase last saw it.</param>
public readonly record struct PhaseNotes(FileTime Boots, FileTime Recorded)
{
    /// <summary>The notes of a VM's phases as they are now.</summary>
    public static PhaseNotes Of(HostRoot root, FleetConfig fleet, int vmid) =>
        new(
            Written(root.Resolve(fleet.StatePath(vmid, LamBootPaths.BootsSuffix))),
            Written(root.Resolve(LamBootPaths.Recorded(vmid)))
        );

    private static FileTime Written(string path)
    {
        try
        {
            return FileStatus.OfPathOrMissing(path).Modified;
        }
        catch (HostException)
        {
            return default; // whoever reads the notes says so
        }
    }
}
