using LamBoot.Fleet;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Linux.Terminal;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu.Screen;

namespace LamBoot.Commands.Inspect;

/// <summary><c>inspect VMID --screen FILE.png</c>: a screenshot of a running VM's console.</summary>
internal static class ScreenFile
{
    /// <summary>Takes the screenshot and writes it.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="HostException">None is available, or it cannot be written.</exception>
    public static int Write(HostRoot root, int vmid, string path)
    {
        if (VmConfigFile.Open(root, vmid) is null)
        {
            throw new HostException(VmConfigFile.WhyNone(root, vmid));
        }

        Pixels picture = VmScreen.Take(root, vmid);

        // A console may show private data.
        OutputFile.Write(path, Png.Write(picture), Permissions.OwnerOnly, LamBootPaths.Temporary);
        if (path != OutputFile.StandardOutput)
        {
            StandardIo.Output.WriteLine(
                $"VM {vmid}: console screenshot saved as {path} ({picture.Width}x{picture.Height})"
            );
        }

        return 0;
    }
}
