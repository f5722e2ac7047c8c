using System.Diagnostics;
using System.Globalization;

namespace LamBoot.Testing.Trees;

/// <summary>A real QEMU for a VM: firmware that finds nothing to boot, on a text screen.</summary>
public sealed class RealQemu : IDisposable
{
    private const string Program = "/usr/bin/qemu-system-x86_64";

    private readonly Process _carrier;
    private readonly Process _qemu;

    /// <summary>Starts it and waits for its monitor.</summary>
    /// <param name="tree">The host tree.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="vga">Its graphics card.</param>
    public RealQemu(HostTree tree, int vmid, string vga = "std")
    {
        string id = vmid.ToString(CultureInfo.InvariantCulture);
        _carrier = tree.RunQemu(vmid); // Debian's has no -id option, by which Proxmox VE's is found
        string socket = tree.Path($"/run/qemu-server/{id}.qmp");
        _qemu = Process.Start(
            Program,
            $"-display none -nodefaults -no-user-config -m 32 -vga {vga} -qmp unix:{socket},server=on,wait=off"
        );
        for (int tries = 0; !File.Exists(socket) && tries < 600; tries++)
        {
            Thread.Sleep(50);
        }
    }

    /// <summary>Whether it is available here.</summary>
    public static bool IsHere => File.Exists(Program);

    /// <summary>Whether it is still running.</summary>
    public bool IsRunning => !_qemu.HasExited;

    public void Dispose()
    {
        foreach (Process process in new[] { _qemu, _carrier })
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
    }
}
