using System.Diagnostics;

namespace LamBoot.Hook.Tests.Trouble;

/// <summary>Full and read-only file systems, really mounted. Skipped where mounting is not permitted.</summary>
public sealed class FileSystemTests
{
    [Theory]
    [InlineData("/var/lib/lamboot")]
    [InlineData("/etc/pve/qemu-server")]
    [InlineData("/var/log/lamboot")]
    public void A_full_disk_loses_nothing(string folder) => Lose(folder, "head -c 10M /dev/zero >\"$1/filler\"; true");

    [Theory]
    [InlineData("/var/lib/lamboot")]
    [InlineData("/etc/pve/qemu-server")]
    [InlineData("/var/log/lamboot")]
    public void A_read_only_file_system_loses_nothing(string folder) => Lose(folder, "mount -o remount,ro \"$1\"");

    /// <summary>Like pmxcfs, exFAT on FUSE has no modes, rejects hard links (EPERM) and lacks symbolic links (ENOSYS).</summary>
    [Fact]
    public void A_file_system_without_modes_and_links_is_enough_for_a_configuration()
    {
        using HostTree tree = new();
        string path = tree.Path("/etc/pve/qemu-server");
        using (FuseMount mount = new(tree, path))
        {
            tree.AddVm(100);
            ProgramResult.Shell("ln -s a \"$1/b\"", path).ExitCode.ShouldNotBe(0);
            ProgramResult.Shell("ln \"$1/100.conf\" \"$1/c\"", path).ExitCode.ShouldNotBe(0);
            ProgramResult.Shell("chmod 600 \"$1/100.conf\"; stat -c %a \"$1/100.conf\"", path).Output.ShouldBe("777\n");

            ProgramResult start = tree.Phase(100, "pre-start");

            start.ExitCode.ShouldBe(0);
            start.Error.ShouldNotContain("error:");
            File.ReadAllText(tree.Config(100)).ShouldContain(HostTree.Args);
            Directory.GetFiles(path).ShouldHaveSingleItem();
        }
    }

    /// <summary>Like an NFS server that is gone, a stopped FUSE daemon makes every call wait forever.</summary>
    [Fact]
    public void A_storage_that_hangs_holds_no_stop_up()
    {
        using HostTree tree = new();
        string path = tree.Path("/mnt/pve/nas");
        tree.Write("/etc/pve/storage.cfg", "nfs: nas\n\tserver 10.0.0.1\n\texport /srv\n");
        tree.Write("/etc/pve/qemu-server/100.conf", "bios: ovmf\nefidisk0: nas:100/vm-100-disk-0.raw\n");
        using FuseMount mount = new(tree, path);
        CorpusImage.Get("confirmed-4m").WriteTo(path + "/images/100/vm-100-disk-0.raw");
        tree.Phase(100, "post-stop").Output.ShouldContain("health healthy");
        tree.HurryPhases();
        mount.Hang();

        ProgramResult stop = tree.Phase(100, "post-stop");

        stop.ExitCode.ShouldBe(0);
        stop.Error.ShouldBe(
            "lamboot-hook: VM 100: error: post-stop did not finish within 1 s (deadline_seconds) and was abandoned; check for hung storage\n"
        );
        File.ReadAllLines(tree.Log)[^1].ShouldContain("\"error\":\"timeout: the EFI disk was not read within 1 s\"");
    }

    /// <summary>Puts one folder on its own tmpfs with files in it, then makes writing there impossible.</summary>
    private static void Lose(string folder, string spoil)
    {
        using HostTree tree = new();
        string path = tree.Path(folder);
        Directory.CreateDirectory(path);
        if (ProgramResult.Run("mount", ["-t", "tmpfs", "-o", "size=64k,mode=755", "tmpfs", path]).ExitCode != 0)
        {
            Assert.Skip("a tmpfs cannot be mounted here");
        }

        try
        {
            tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
            tree.AddVm(100, "confirmed-4m");
            tree.Write("/var/lib/lamboot/100.json", "{\"old\": \"document\"}\n");
            tree.Write("/var/log/lamboot/fleet.jsonl", new string(' ', 4095) + "\n"); // no room left in its page
            ProgramResult.Shell(spoil, path).ExitCode.ShouldBe(0);
            Dictionary<string, string> before = Files(path);

            ProgramResult start = tree.Phase(100, "pre-start");
            ProgramResult stop = tree.Phase(100, "post-stop");

            (start.ExitCode, stop.ExitCode).ShouldBe((0, 0));
            (start.Error + stop.Error).ShouldMatch(
                "error: .*(no space left on the device|the file system is read-only)"
            );
            stop.Output.ShouldContain("health healthy");
            Files(path).ShouldBe(before);
        }
        finally
        {
            ProgramResult.Run("umount", [path]);
        }
    }

    private static Dictionary<string, string> Files(string folder) =>
        Directory.GetFiles(folder).ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path)));

    /// <summary>A chained hookscript may be on storage that hangs: looking for it is bounded like everything else in a phase.</summary>
    [Fact]
    public void A_chained_hookscript_on_a_storage_that_hangs_is_given_up()
    {
        using HostTree tree = new();
        string path = tree.Path("/mnt/pve/nas");
        tree.Write("/etc/pve/storage.cfg", "nfs: nas\n\tserver 10.0.0.1\n\texport /srv\n\tcontent snippets\n");
        tree.HurryPhases("chain = \"nas:snippets/gpu.sh\"\n");
        tree.AddVm(100);
        using FuseMount mount = new(tree, path);
        mount.Hang();
        Stopwatch watch = Stopwatch.StartNew();

        ProgramResult result = tree.Phase(100, "pre-stop");

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        result.ExitCode.ShouldBe(0);
        result.Error.ShouldContain("pre-stop did not finish within 1 s (deadline_seconds) and was abandoned");
    }
}
