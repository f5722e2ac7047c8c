using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Qemu;

/// <summary>The QEMU process of a running VM.</summary>
public sealed class QemuProcess
{
    private QemuProcess(int id, IReadOnlyList<string> arguments) => (Id, Arguments) = (id, arguments);

    /// <summary>Its process ID.</summary>
    public int Id { get; }

    /// <summary>Its command line.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>
    /// Finds the QEMU of a VM by its PID file and command line, as Proxmox VE does (qemu-server, Helpers.pm, vm_running_locally): the PID
    /// alone may have been reused.
    /// </summary>
    /// <returns>The process, or null if the VM is not running.</returns>
    public static QemuProcess? Find(HostRoot root, int vmid)
    {
        try
        {
            byte[]? file = FileReader.ReadAllOrNull(root.Resolve($"/run/qemu-server/{vmid}.pid"), 64);
            if (file is null || !int.TryParse(Encoding.ASCII.GetString(file).Trim(), out int pid))
            {
                return null;
            }

            return Of(pid, vmid);
        }
        catch (HostException)
        {
            return null; // it has ended meanwhile
        }
    }

    /// <summary>A process whose command line is that of a VM's QEMU; null for any other.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static QemuProcess? Of(int pid, int vmid)
    {
        string[] arguments = HostProcess.CommandLine(pid);
        int id = Array.IndexOf(arguments, "-id");
        return id >= 0 && id + 1 < arguments.Length && arguments[id + 1] == $"{vmid}" ? new(pid, arguments) : null;
    }
}
