using System.Diagnostics;
using System.Globalization;

namespace LamBoot.Testing.Trees;

/// <summary>
/// A miniature <c>qm start</c>: takes the VM's lock, reads the configuration into memory, runs the hook as a child, makes a stand-in for
/// QEMU read the file named in those args, and runs post-start. Real processes, in a shell.
/// </summary>
public static class VmStart
{
    // $1: the tree, $2: the hook, $3: the VMID, $4: what to do between pre-start and QEMU.
    private const string Script = """
        conf=$(sed '/^\[/,$d' "$1/etc/pve/qemu-server/$3.conf")
        "$2" "$3" pre-start >&2 || exit 3
        eval "$4"
        file=$(printf '%s\n' "$conf" | sed -n 's/^args:.*opt\/lamboot\/config,file=\([^ ]*\).*/\1/p')
        [ -z "$file" ] || cat "$1$file" || exit 4
        "$2" "$3" post-start >&2
        """;

    /// <summary>Starts a VM and waits for the end of the start.</summary>
    /// <returns>What the guest read about itself, and the task log; exit code 3 if the hook refused the start.</returns>
    public static ProgramResult Run(HostTree tree, int vmid, string between = ":") =>
        ProgramResult.Run("flock", Arguments(tree, vmid, between), ("LAMBOOT_ROOT", tree.Root));

    /// <summary>Begins to start a VM.</summary>
    public static Process Begin(HostTree tree, int vmid, string between)
    {
        ProcessStartInfo start = new("flock", Arguments(tree, vmid, between))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LAMBOOT_ROOT"] = tree.Root;
        return Process.Start(start)!;
    }

    private static string[] Arguments(HostTree tree, int vmid, string between) =>
        [
            tree.LockFile(vmid),
            "sh",
            "-c",
            Script,
            "sh",
            tree.Root,
            Repository.File("out", "bin", "lamboot-hook"),
            vmid.ToString(CultureInfo.InvariantCulture),
            between,
        ];
}
