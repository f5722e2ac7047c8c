using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Qemu;

/// <summary>The QEMU of a running VM, as its process shows it.</summary>
public sealed class QemuProcess
{
    private QemuProcess(int id, IReadOnlyList<string> arguments) => (Id, Arguments) = (id, arguments);

    /// <summary>Its number.</summary>
    public int Id { get; }

    /// <summary>Its command line.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>
    /// Finds the QEMU of a VM by its pid file and command line, as Proxmox VE does (qemu-server, Helpers.pm,
    /// vm_running_locally): the number alone may have passed on to another process.
    /// </summary>
    /// <returns>The process, or null where the VM does not run.</returns>
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
            return null; // it ended meanwhile
        }
    }

    /// <summary>A process, where its command line is that of a VM's QEMU; null for any other.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static QemuProcess? Of(int pid, int vmid)
    {
        string[] arguments = HostProcess.CommandLine(pid);
        int id = Array.IndexOf(arguments, "-id");
        return id >= 0 && id + 1 < arguments.Length && arguments[id + 1] == $"{vmid}" ? new(pid, arguments) : null;
    }
}
