using System.Diagnostics;
using System.Text.Json;

namespace LamBoot.Hook.Tests.Trouble;

/// <summary>Whatever goes wrong, the VM starts, nothing is lost, and one line says why.</summary>
public sealed class TroubleTests
{
    private const string Block = "schema_version = 1\n[fleet]\nid = \"f\"\n[hookscript]\non_error = \"block\"\n";

    [Fact]
    public void Without_fleet_toml_the_identity_has_no_fleet_and_role()
    {
        using HostTree tree = new();
        tree.AddVm(100);

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(0);
        Document(tree).GetProperty("fleet_id").GetString().ShouldBe("");
        Document(tree).GetProperty("role").GetString().ShouldBe("");
    }

    [Theory]
    [InlineData("[fleet\nid = \"x\"", ":1:")]
    [InlineData("schema_version = 1\n[fleet]\nid = \"not valid\"\n", ":3:6: 'fleet.id' is \"not valid\"")]
    [InlineData("", ":1:1: 'schema_version' is missing")]
    [InlineData("\0\0\0", ":1:1:")]
    public void A_broken_fleet_toml_keeps_the_identity_that_is_there(string fleet, string place)
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.AddVm(100);
        tree.Phase(100, "pre-start");
        string document = File.ReadAllText(tree.Document(100));
        tree.Write("/etc/lamboot/fleet.toml", fleet);

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(0);
        File.ReadAllText(tree.Document(100)).ShouldBe(document);
        string line = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem();
        line.ShouldStartWith($"lamboot-hook: VM 100: error: {tree.Path("/etc/lamboot/fleet.toml")}{place}");
        line.ShouldEndWith("the current identity is kept; fix the file, it takes effect at the next start");
    }

    [Fact]
    public void A_broken_fleet_toml_without_an_identity_gives_one_without_fleet()
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", "[fleet]\nid = \"f\"\n");
        tree.AddVm(100);

        tree.Phase(100, "pre-start").ExitCode.ShouldBe(0);

        // QEMU does not start without a file that args names.
        Document(tree).GetProperty("fleet_id").GetString().ShouldBe("");
        File.ReadAllText(tree.Config(100)).ShouldContain(HostTree.Args);
    }

    [Fact]
    public void A_broken_fleet_toml_keeps_the_fleet_in_the_health_log()
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.AddVm(100, "single-00-4m-ok");
        tree.Phase(100, "pre-start");
        tree.Write("/etc/lamboot/fleet.toml", "schema_version = 1\n");

        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);

        Record(tree).GetProperty("fleet_id").GetString().ShouldBe("prod-cluster-01");
        Record(tree).GetProperty("role").GetString().ShouldBe("webserver");
    }

    [Fact]
    public void A_failed_pre_start_stops_the_VM_where_it_is_told_to()
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", Block + "bad key");
        tree.AddVm(100, "single-00-4m-ok");

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldEndWith("lamboot-hook: VM 100: error: on_error = \"block\": this start is stopped\n");
        tree.Phase(100, "post-start").ExitCode.ShouldBe(0);
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void A_first_start_without_identity_is_stopped_once_where_it_is_told_to()
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", Block);
        tree.AddVm(100);

        tree.Phase(100, "pre-start").ExitCode.ShouldBe(1);

        File.ReadAllText(tree.Config(100)).ShouldContain(HostTree.Args);
        tree.Phase(100, "pre-start")
            .ShouldBe(new(0, "lamboot-hook: VM 100: identity /var/lib/lamboot/100.json: fleet 'f', role none\n", ""));
    }

    [Fact]
    public void A_VM_without_OVMF_keeps_its_args()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/qemu-server/100.conf", "memory: 512\n");

        ProgramResult start = tree.Phase(100, "pre-start");
        ProgramResult stop = tree.Phase(100, "post-stop");

        (start.ExitCode, stop.ExitCode).ShouldBe((0, 0));
        start.Error.ShouldBe(
            "lamboot-hook: VM 100: warning: not a UEFI VM (no 'bios: ovmf'), so LamBoot cannot run in it: args left as it is; "
                + "to end this: qm set 100 --delete hookscript\n"
        );
        File.ReadAllText(tree.Config(100)).ShouldBe("memory: 512\n");
        ErrorOf(Record(tree)).ShouldStartWith("not-ovmf: ");
    }

    [Fact]
    public void A_VM_without_efidisk_is_told_so()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/qemu-server/100.conf", "bios: ovmf\n");

        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);

        ErrorOf(Record(tree)).ShouldStartWith("no-efidisk: ");
        Record(tree).GetProperty("status").GetString().ShouldBe("unknown");
    }

    [Fact]
    public void A_containers_phases_do_nothing()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/lxc/100.conf", "arch: amd64\n");
        Dictionary<string, string> before = tree.Snapshot();

        foreach (string phase in new[] { "pre-start", "post-start", "pre-stop", "post-stop" })
        {
            tree.Phase(100, phase).ShouldBe(new(0, "", ""));
        }

        tree.Snapshot().ShouldBe(before);
    }

    [Fact]
    public void A_VMID_without_configuration_is_told()
    {
        using HostTree tree = new();

        tree.Phase(100, "pre-start")
            .ShouldBe(
                new(
                    0,
                    "",
                    "lamboot-hook: VM 100: error: there is no /etc/pve/qemu-server/100.conf: no identity written\n"
                )
            );
        tree.Phase(100, "post-stop").ShouldBe(new(0, "", ""));
    }

    public static TheoryData<string, byte[], string> BadImages =>
        new()
        {
            { "empty", [], "corrupt: " },
            { "short", [1, 2, 3], "corrupt: " },
            { "zeros", new byte[0x84000], "erased: " },
            { "ones", [.. Enumerable.Repeat((byte)0xff, 0x84000)], "erased: " },
            { "random", Random(0x84000), "unknown-format: " },
            { "half", CorpusImage.Get("single-00-4m-ok").ReadBytes()[..0x40000], "corrupt: " },
            { "qcow2", [(byte)'Q', (byte)'F', (byte)'I', 0xfb, .. new byte[600]], "unreadable: " },
        };

    [Theory]
    [MemberData(nameof(BadImages))]
    public void A_bad_image_is_a_fact_of_the_record(string kind, byte[] image, string error)
    {
        using HostTree tree = new();
        tree.AddVm(100);
        Directory.CreateDirectory(Path.GetDirectoryName(tree.ImagePath(100))!);
        File.WriteAllBytes(tree.ImagePath(100), image);

        ProgramResult result = tree.Phase(100, "post-stop");

        result.ExitCode.ShouldBe(0, kind);
        result.Output.ShouldStartWith($"lamboot-hook: VM 100: health unknown: {error}");
        result.Error.ShouldBe("");
        ErrorOf(Record(tree)).ShouldStartWith(error);
    }

    [Fact]
    public void An_image_that_is_not_there_is_a_fact_of_the_record()
    {
        using HostTree tree = new();
        tree.AddVm(100);

        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);

        ErrorOf(Record(tree))
            .ShouldBe("unreadable: storage 'local': there is no /var/lib/vz/images/100/vm-100-disk-0.raw");
    }

    [Fact]
    public void A_storage_that_is_not_there_is_a_fact_of_the_record()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/qemu-server/100.conf", "bios: ovmf\nefidisk0: nas:100/x.raw\n");

        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);

        ErrorOf(Record(tree)).ShouldBe("unreadable: storage 'nas' is not in /etc/pve/storage.cfg");
    }

    [Fact]
    public void A_log_that_cannot_be_written_is_told_and_the_health_shown()
    {
        using HostTree tree = new();
        tree.AddVm(100, "single-00-4m-ok");
        Directory.CreateDirectory(tree.Log); // a folder where the log should be

        ProgramResult result = tree.Phase(100, "post-stop");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("health healthy");
        result.Error.ShouldBe($"lamboot-hook: VM 100: error: cannot open {tree.Log}: Is a directory\n");
    }

    [Fact]
    public void An_identity_that_cannot_be_written_is_told_and_args_left_alone()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        tree.Write("/var/lib/lamboot", "a file where the folder should be");
        string config = File.ReadAllText(tree.Config(100));

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldStartWith("lamboot-hook: VM 100: error: identity not written: cannot create ");
        result.Error.ShouldEndWith("; there is none\n");
        File.ReadAllText(tree.Config(100)).ShouldBe(config);
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("migrate")]
    [InlineData("snapshot-delete")]
    public void A_locked_configuration_is_not_edited(string reason)
    {
        using HostTree tree = new();
        tree.AddVm(100, more: $"lock: {reason}\n");
        string config = File.ReadAllText(tree.Config(100));

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldContain($"'lock: {reason}' forbids to edit it");
        File.ReadAllText(tree.Config(100)).ShouldBe(config);
        File.Exists(tree.Document(100)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("args: -append 'x\n", "has a quote that is not closed")]
    [InlineData("args: -x snapstate: delete\n", "ends like Proxmox VE's own mark")]
    [InlineData("args: -fw_cfg\n", "ends with an -fw_cfg without value")]
    public void Args_that_are_of_no_use_are_left_alone(string args, string reason)
    {
        using HostTree tree = new();
        tree.AddVm(100, more: args);
        string config = File.ReadAllText(tree.Config(100));

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldContain($"args {reason}");
        File.ReadAllText(tree.Config(100)).ShouldBe(config);
    }

    [Fact]
    public void An_incoming_migration_gets_its_document_and_keeps_its_configuration()
    {
        using HostTree tree = new();
        tree.Write(
            "/etc/pve/nodes/pve2/qemu-server/100.conf",
            $"args: {HostTree.Args}100.json\nbios: ovmf\nlock: migrate\n"
        );
        tree.Write("/etc/pve/nodes/pve2/qemu-server/101.conf", "bios: ovmf\nlock: migrate\n");

        ProgramResult first = tree.Phase(100, "pre-start", ("PVE_MIGRATED_FROM", "pve2"));
        ProgramResult second = tree.Phase(101, "pre-start", ("PVE_MIGRATED_FROM", "pve2"));

        (first.ExitCode, first.Error, second.ExitCode, second.Error).ShouldBe((0, "", 0, ""));
        File.Exists(tree.Document(100)).ShouldBeTrue();
        File.ReadAllText(tree.Path("/etc/pve/nodes/pve2/qemu-server/101.conf")).ShouldBe("bios: ovmf\nlock: migrate\n");
    }

    [Theory]
    [InlineData("../../../tmp")]
    [InlineData("a/b")]
    [InlineData(".")]
    public void A_node_that_is_none_is_not_followed(string node)
    {
        using HostTree tree = new();

        ProgramResult result = tree.Phase(100, "pre-start", ("PVE_MIGRATED_FROM", node));

        result.ShouldBe(new(0, "", "lamboot-hook: VM 100: error: PVE_MIGRATED_FROM names no node: nothing done\n"));
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData("2>&-")]
    [InlineData(">&- 2>&- <&-")]
    [InlineData(">/dev/full 2>/dev/full")]
    [InlineData("| true")]
    public void A_closed_or_full_standard_output_kills_nothing(string redirection)
    {
        using HostTree tree = new();
        tree.AddVm(100, "single-00-4m-ok");

        ProgramResult result = ProgramResult.Shell(
            $"export LAMBOOT_ROOT=$1; $2 100 pre-start {redirection} && $2 100 post-stop {redirection}",
            tree.Root,
            Repository.File("out", "bin", "lamboot-hook")
        );

        result.ExitCode.ShouldBe(0);
        File.Exists(tree.Document(100)).ShouldBeTrue();
        File.ReadAllText(tree.Config(100)).ShouldContain(HostTree.Args);
        File.ReadAllLines(tree.Log).Length.ShouldBe(1);
    }

    [Fact]
    public void A_child_that_does_not_end_is_given_up_by_the_deadline()
    {
        using HostTree tree = new();
        tree.Write(
            "/etc/lamboot/fleet.toml",
            "schema_version = 1\n[fleet]\nid = \"f\"\n[hookscript]\ndeadline_seconds = 1\n"
        );
        tree.Write("/etc/pve/storage.cfg", "zfs: data\n\tpool tank\n");
        tree.Write("/etc/pve/qemu-server/100.conf", "bios: ovmf\nefidisk0: data:vm-100-disk-0\n");
        tree.Write(
            "/usr/sbin/pvesm",
            "#!/bin/sh\nsleep 61 & echo $! >\"$LAMBOOT_ROOT/pid\"; trap '' TERM; sleep 62; sleep 62\n"
        );
        File.SetUnixFileMode(tree.Path("/usr/sbin/pvesm"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Stopwatch watch = Stopwatch.StartNew();

        ProgramResult result = tree.Phase(100, "post-stop");

        result.ExitCode.ShouldBe(0);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(4));
        result.Error.ShouldBe(
            "lamboot-hook: VM 100: error: post-stop did not end within 1 s (deadline_seconds): given up; see whether storage hangs\n"
        );
        ErrorOf(Record(tree)).ShouldBe("timeout: the EFI disk was not read within 1 s");
        ProgramResult
            .Shell("! grep -q '^State:.[^Z]' \"/proc/$(cat \"$1\")/status\" 2>/dev/null", tree.Path("/pid"))
            .ExitCode.ShouldBe(0, "its children are killed too");
    }

    [Fact]
    public void A_child_gets_no_descriptor_of_Proxmox_VEs()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/storage.cfg", "zfs: data\n\tpool tank\n");
        tree.Write("/etc/pve/qemu-server/100.conf", "bios: ovmf\nefidisk0: data:vm-100-disk-0\n");
        tree.Write("/usr/sbin/pvesm", "#!/bin/sh\nls -l /proc/self/fd >\"$LAMBOOT_ROOT/fds\"; echo /x\n");
        File.SetUnixFileMode(tree.Path("/usr/sbin/pvesm"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        ProgramResult.Shell(
            "exec 7>\"$1/foreign\" 9<\"$1/etc/hostname\"; LAMBOOT_ROOT=$1 exec \"$2\" 100 post-stop",
            tree.Root,
            Repository.File("out", "bin", "lamboot-hook")
        );

        string descriptors = File.ReadAllText(tree.Path("/fds"));
        descriptors.ShouldContain("/fds");
        descriptors.ShouldNotContain("foreign");
        descriptors.ShouldNotContain("hostname");
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("0077")]
    [InlineData("0777")]
    public void Modes_do_not_depend_on_the_umask(string umask)
    {
        using HostTree tree = new();
        tree.AddVm(100, "single-00-4m-ok");

        ProgramResult.Shell(
            "umask $3; export LAMBOOT_ROOT=$1; $2 100 pre-start && $2 100 post-stop",
            tree.Root,
            Repository.File("out", "bin", "lamboot-hook"),
            umask
        );

        Mode(tree.Document(100)).ShouldBe("644");
        Mode(Path.GetDirectoryName(tree.Document(100))!).ShouldBe("755");
        Mode(tree.Log).ShouldBe("640");
        Mode(Path.GetDirectoryName(tree.Log)!).ShouldBe("755");
        Mode(tree.Path("/run/lamboot")).ShouldBe("755");
    }

    [Theory]
    [InlineData("chmod 777 \"$1\"", "can be written by others than its owner, root")]
    [InlineData("chmod 775 \"$1\"", "can be written by others than its owner, root")]
    [InlineData("chown 12345 \"$1\"", "can be written by others than its owner, root")]
    [InlineData("mkdir \"$1.d\" && rmdir \"$1\" && ln -s \"$1.d\" \"$1\"", "is no folder of its own but a link")]
    public void A_folder_that_others_can_write_is_refused(string spoil, string reason)
    {
        using HostTree tree = new();
        tree.AddVm(100);
        string folder = Path.GetDirectoryName(tree.Document(100))!;
        Directory.CreateDirectory(folder);
        ProgramResult.Shell(spoil, folder).ExitCode.ShouldBe(0);
        string config = File.ReadAllText(tree.Config(100));

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldContain($"error: identity not written: {folder} {reason}");
        Directory.GetFiles(folder).ShouldBeEmpty();
        File.ReadAllText(tree.Config(100)).ShouldBe(config);
    }

    [Fact]
    public void A_link_where_a_document_should_be_is_replaced_and_not_followed()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        tree.Write("/secret", "secret");
        Directory.CreateDirectory(Path.GetDirectoryName(tree.Document(100))!);
        File.CreateSymbolicLink(tree.Document(100), tree.Path("/secret"));

        tree.Phase(100, "pre-start").ExitCode.ShouldBe(0);

        File.ReadAllText(tree.Path("/secret")).ShouldBe("secret");
        new FileInfo(tree.Document(100)).LinkTarget.ShouldBeNull();
    }

    private static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private static byte[] Random(int size)
    {
        byte[] bytes = new byte[size];
        new Random(5).NextBytes(bytes);
        return bytes;
    }

    private static JsonElement Document(HostTree tree) => Json(File.ReadAllText(tree.Document(100)));

    private static JsonElement Record(HostTree tree) => Json(File.ReadAllLines(tree.Log)[^1]);

    private static string ErrorOf(JsonElement record) => record.GetProperty("error").GetString().ShouldNotBeNull();

    private static JsonElement Json(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
