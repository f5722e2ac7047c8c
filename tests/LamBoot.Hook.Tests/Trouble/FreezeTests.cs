using System.Diagnostics;
using LamBoot.Hook.Tests.Phases;

namespace LamBoot.Hook.Tests.Trouble;

/// <summary>
/// A frozen file system (fsfreeze, or a snapshot of the underlying storage) makes every write wait in the kernel, where nothing can end the
/// process. Proxmox VE does not wait along: the snippet ends, nothing of Proxmox VE's stays open, and the VM's lock is released.
/// </summary>
public sealed class FreezeTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_frozen_log_holds_no_stop_up()
    {
        using HostTree tree = Node();
        tree.HurryPhases();
        using FrozenFolder log = new(tree, "/var/log/lamboot");

        ProgramResult stop = Run(tree, 100, "post-stop");

        stop.ExitCode.ShouldBe(0);
        stop.Error.ShouldContain("post-stop did not finish within 1 s (deadline_seconds) and was abandoned");
        AssertLockIsFree(tree, 100);
    }

    [Fact]
    public void Frozen_documents_hold_no_start_up_but_a_clones()
    {
        using HostTree tree = Node();
        Run(tree, 100, "pre-start").ExitCode.ShouldBe(0);
        Run(tree, 900, "pre-start").ExitCode.ShouldBe(0);
        tree.AddVm(101, more: $"args: {HostTree.Args}900.json\n");
        tree.AddVm(100, more: $"args: {HostTree.Args}100.json\ntags: changed\n");
        tree.HurryPhases();
        using FrozenFolder documents = new(tree, "/var/lib/lamboot");

        ProgramResult own = Run(tree, 100, "pre-start");
        ProgramResult clone = Run(tree, 101, "pre-start");

        own.ExitCode.ShouldBe(0, own.Error);
        own.Error.ShouldContain("was abandoned");
        clone.ExitCode.ShouldBe(1);
        clone.Error.ShouldContain("start refused: QEMU would open VM 900's identity file");
        AssertLockIsFree(tree, 100);
        AssertLockIsFree(tree, 101);
    }

    private static HostTree Node()
    {
        HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", "schema_version = 1\n[fleet]\nid = \"f\"\n");
        tree.AddVm(100, "confirmed-4m", $"args: {HostTree.Args}100.json\n");
        tree.AddVm(900, more: $"args: {HostTree.Args}900.json\n");
        return tree;
    }

    /// <summary>Runs a phase through the snippet, under the VM's lock, which the hook inherits.</summary>
    private static ProgramResult Run(HostTree tree, int vmid, string phase)
    {
        string script = HookscriptTests.Script(tree, null);
        File.CreateSymbolicLink(tree.Path("/program"), Repository.File("out", "bin", "lamboot-hook"));
        return ProgramResult.Run(
            "flock",
            [tree.LockFile(vmid), "sh", script, $"{vmid}", phase],
            Longest,
            ("LAMBOOT_ROOT", tree.Root)
        );
    }

    private static void AssertLockIsFree(HostTree tree, int vmid) =>
        ProgramResult.Run("flock", ["-n", tree.LockFile(vmid), "true"]).ExitCode.ShouldBe(0);

    /// <summary>A folder on its own file system, with its content, frozen until the end of the test.</summary>
    private sealed class FrozenFolder : IDisposable
    {
        private const string Freeze = """
            set -e
            mkdir -p "$1"
            dd if=/dev/zero of="$2/image" bs=1M count=16 status=none
            /usr/sbin/mkfs.ext4 -q "$2/image"
            mkdir "$2/new"
            mount -o loop "$2/image" "$2/new"
            cp -a "$1/." "$2/new"
            umount "$2/new"
            mount -o loop "$2/image" "$1"
            fsfreeze --freeze "$1"
            """;

        private readonly string _path;

        public FrozenFolder(HostTree tree, string hostPath)
        {
            _path = tree.Path(hostPath);
            ProgramResult frozen = ProgramResult.Shell(Freeze, _path, tree.Root);
            Assert.SkipUnless(frozen.ExitCode == 0, $"no file system to freeze: {frozen.Error}");
        }

        public void Dispose()
        {
            ProgramResult.Shell("fsfreeze --unfreeze \"$1\"", _path);

            // The hook that waited for it ends now.
            Stopwatch watch = Stopwatch.StartNew();
            while (ProgramResult.Shell("umount \"$1\"", _path).ExitCode != 0)
            {
                watch.Elapsed.ShouldBeLessThan(Longest);
                Thread.Sleep(50);
            }
        }
    }
}
