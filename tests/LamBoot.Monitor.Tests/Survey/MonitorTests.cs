using System.Text.Json;

namespace LamBoot.Monitor.Tests.Survey;

/// <summary>The node's VMs: table, JSON, exit code.</summary>
public sealed class MonitorTests
{
    [Fact]
    public void Help()
    {
        using HostTree tree = new();

        tree.Monitor("--help").Output.ShouldBeGolden();
    }

    [Fact]
    public void The_table_has_the_worst_first()
    {
        using HostTree tree = Node();

        ProgramResult result = tree.Monitor();

        result.Error.ShouldBe("");
        result.Output.ShouldBeGolden(tree);
    }

    [Fact]
    public void JSON_is_an_array_of_records()
    {
        using HostTree tree = Node();

        using JsonDocument json = JsonDocument.Parse(tree.Monitor("--json").Output);

        json.RootElement.EnumerateArray()
            .Select(record =>
                $"{record.GetProperty("vmid")} {record.GetProperty("status")} {record.GetProperty("phase")}"
            )
            .ShouldBe([
                "101 critical monitor",
                "103 warning monitor",
                "102 unknown monitor",
                "104 unknown monitor",
                "107 unknown monitor",
                "100 healthy monitor",
            ]);
    }

    [Fact]
    public void JSON_of_none_is_an_empty_array()
    {
        using HostTree tree = new();

        tree.Monitor("--json").ShouldBe(new(0, "[]\n", ""));
    }

    [Fact]
    public void Every_VM_asked_for_appears()
    {
        using HostTree tree = Node();

        using JsonDocument json = JsonDocument.Parse(
            tree.Monitor("--json", "--vmid", "105", "--vmid", "100", "--vmid", "999", "--vmid", "100").Output
        );

        json.RootElement.EnumerateArray()
            .Select(record => $"{record.GetProperty("vmid")} {record.GetProperty("error")}")
            .ShouldBe([
                "105 not-ovmf: the VM has no 'bios: ovmf', so no UEFI variables",
                "999 unreadable: no such VM on this node",
                "100 ",
            ]);
    }

    [Theory]
    [InlineData(0, "100")]
    [InlineData(1, "100", "103")]
    [InlineData(2, "100", "101", "102", "103")]
    [InlineData(3, "100", "104")]
    [InlineData(0, "100", "102", "105")] // neither ever ran LamBoot
    public void The_exit_code_is_the_worst(int exitCode, params string[] vmids)
    {
        using HostTree tree = Node();

        tree.Monitor(["--exit-code", .. vmids.SelectMany(vmid => new[] { "--vmid", vmid })])
            .ExitCode.ShouldBe(exitCode);
    }

    [Fact]
    public void The_threshold_may_be_given()
    {
        using HostTree tree = Node();
        tree.WasConfirmed(103);

        tree.Monitor("--exit-code", "--vmid", "103").ExitCode.ShouldBe(1);
        tree.Monitor("--exit-code", "--vmid", "103", "--threshold", "1").ExitCode.ShouldBe(2);
    }

    [Fact]
    public void A_broken_fleet_toml_is_told_and_gone_on_without()
    {
        using HostTree tree = Node();
        tree.Write("/etc/lamboot/fleet.toml", "schema_version = 1\n[fleet]\nid = 3\n");

        ProgramResult result = tree.Monitor("--json");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldBe(
            $"lamboot-pve-monitor: {tree.Path("/etc/lamboot/fleet.toml")}:3:6: 'fleet.id' is not a string: expected 1 to 64 of A-Z "
                + "a-z 0-9 _ -; continuing with what can be read of it\n"
        );
    }

    [Theory]
    [InlineData("invalid VMID '99' (must be 100–999999999)", "--vmid", "99")]
    [InlineData("invalid VMID 'x' (must be 100–999999999)", "x")]
    [InlineData("invalid status 'bad': expected critical, warning, unknown or healthy", "--status", "bad")]
    public void A_usage_error_is_one_line_and_2(string message, params string[] arguments)
    {
        using HostTree tree = new();

        tree.Monitor(arguments)
            .ShouldBe(new(2, "", $"lamboot-pve-monitor: {message}; see 'lamboot-pve-monitor --help'\n"));
    }

    [Theory]
    [InlineData("invalid status 'crit'; did you mean 'critical'?", "--status", "crit")]
    [InlineData("invalid status 'helthy'; did you mean 'healthy'?", "--status", "helthy")]
    [InlineData("unknown option '--stauts'; did you mean '--status'?", "--stauts", "critical")]
    [InlineData("unknown option '--exit'; did you mean '--exit-code'?", "--exit")]
    public void What_was_meant_is_guessed(string message, params string[] arguments)
    {
        using HostTree tree = new();

        tree.Monitor(arguments)
            .ShouldBe(new(2, "", $"lamboot-pve-monitor: {message} (see 'lamboot-pve-monitor --help')\n"));
    }

    private static HostTree Node()
    {
        HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.AddVm(100, "confirmed-4m");
        tree.AddVm(101, "panic-255");
        tree.AddVm(102, "missing-all");
        tree.AddVm(103, "kill-small-00");
        tree.AddVm(104);
        tree.Write("/etc/pve/qemu-server/105.conf", "name: bios\n");
        tree.Write("/etc/pve/qemu-server/106-old.conf", "bios: ovmf\n");
        tree.Write("/etc/pve/qemu-server/100.conf.tmp.123", "bios: ovmf\n");
        Directory.CreateDirectory(tree.Path("/etc/pve/qemu-server/108.conf"));
        tree.Write("/etc/pve/qemu-server/107.conf", "bios: ovmf\nname: \u001b[31m\nefidisk0: none\n");
        return tree;
    }
}
