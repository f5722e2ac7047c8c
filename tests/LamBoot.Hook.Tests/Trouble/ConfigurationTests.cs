namespace LamBoot.Hook.Tests.Trouble;

/// <summary>A configuration that is unusable, or not ours to edit, stays unchanged, and the VM starts.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public void A_VM_without_OVMF_keeps_its_args()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/qemu-server/100.conf", "memory: 512\n");

        ProgramResult start = tree.Phase(100, "pre-start");
        ProgramResult stop = tree.Phase(100, "post-stop");

        (start.ExitCode, stop.ExitCode).ShouldBe((0, 0));
        start.Error.ShouldBe(
            "lamboot-hook: VM 100: warning: not a UEFI VM (no 'bios: ovmf'), so LamBoot cannot run in it; args left unchanged; "
                + "to stop this message: qm set 100 --delete hookscript\n"
        );
        File.ReadAllText(tree.Config(100)).ShouldBe("memory: 512\n");
        tree.RecordedError().ShouldStartWith("not-ovmf: ");
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
                    "lamboot-hook: VM 100: error: /etc/pve/qemu-server/100.conf not found: no identity written\n"
                )
            );
        tree.Phase(100, "post-stop").ShouldBe(new(0, "", ""));
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
        result.Error.ShouldContain($"'lock: {reason}' is set, so it cannot be edited");
        File.ReadAllText(tree.Config(100)).ShouldBe(config);
        File.Exists(tree.Document(100)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("args: -append 'x\n", "has an unclosed quote")]
    [InlineData("args: -x snapstate: delete\n", "ends like Proxmox VE's own snapshot mark")]
    [InlineData("args: -fw_cfg\n", "ends with an -fw_cfg without a value")]
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

        result.ShouldBe(
            new(0, "", "lamboot-hook: VM 100: error: PVE_MIGRATED_FROM does not name a node: nothing done\n")
        );
    }
}
