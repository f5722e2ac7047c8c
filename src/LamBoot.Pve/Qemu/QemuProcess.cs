using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Pve.Qemu;

/// <summary>The QEMU of a running VM, as its process shows it.</summary>
public sealed class QemuProcess
{
    /// <summary>The power state of a VM that no QEMU runs for.</summary>
    public const string Stopped = "stopped";

    private const int MaximumCommandLine = 4 << 20;

    private QemuProcess(IReadOnlyList<string> arguments) => Arguments = arguments;

    /// <summary>Its command line.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>The power state of a VM: what its QEMU says over QMP, <c>running</c> where it does not answer.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="process">Its QEMU; null where none runs.</param>
    public static string Power(HostRoot root, int vmid, QemuProcess? process) =>
        process is null ? Stopped : Qmp.QueryStatus(root, vmid) ?? "running";

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

            byte[] commandLine = FileReader.ReadProc($"/proc/{pid}/cmdline", MaximumCommandLine);
            string[] arguments = Encoding.UTF8.GetString(commandLine).TrimEnd('\0').Split('\0');
            int id = Array.IndexOf(arguments, "-id");
            return id >= 0 && id + 1 < arguments.Length && arguments[id + 1] == $"{vmid}" ? new(arguments) : null;
        }
        catch (HostException)
        {
            return null; // it ended meanwhile
        }
    }
}
