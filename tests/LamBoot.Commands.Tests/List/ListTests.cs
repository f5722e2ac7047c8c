using System.Text.Json;

namespace LamBoot.Commands.Tests.List;

/// <summary><c>list</c>: all VMs on the node, with what each has of LamBoot.</summary>
public sealed class ListTests
{
    [Fact]
    public void Every_VM_is_listed_and_what_is_none_is_told()
    {
        using HostTree tree = Node();

        ProgramResult result = tree.Hook(["list"]);

        result.ExitCode.ShouldBe(1); // a configuration cannot be read
        result.Error.ShouldContain("104.conf");
        result.Error.Count(c => c == '\n').ShouldBe(1);
        result.Output.ShouldBeGolden(tree);
    }

    [Fact]
    public void The_JSON_has_containers_too()
    {
        using HostTree tree = Node();

        JsonElement[] vms = [.. JsonDocument.Parse(tree.Hook(["list", "--json"]).Output).RootElement.EnumerateArray()];

        vms.Select(vm => $"{vm.GetProperty("vmid")} {Text(vm, "kind")} {Text(vm, "identity")}")
            .ShouldBe([
                "100 vm current",
                "101 vm outdated",
                "102 vm -",
                "103 template -",
                "104 vm -",
                "105 vm -",
                "106 vm other",
                "107 vm invalid",
                "200 container -",
            ]);
        Text(vms[0], "verdict").ShouldBe("confirmed");
        Text(vms[0], "status").ShouldBe("healthy");
        Text(vms[0], "role").ShouldBe("webserver");
        vms[0].GetProperty("channels")[0].GetString().ShouldBe("fw_cfg");
        Text(vms[4], "fault").ShouldContain("104.conf");
        vms[5].GetProperty("ovmf").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public void VMs_are_chosen_by_tag_or_VMID()
    {
        using HostTree tree = Node();

        File.Delete(tree.Config(104)); // its tags are unknown
        tree.Hook(["list", "--tag", "web"]).Output.ShouldEndWith("\n1 VM: 1 attached\n");
        tree.Hook(["list", "102", "100"]).Output.Split('\n')[1..3].Select(line => line[..3]).ShouldBe(["102", "100"]);
        ProgramResult none = tree.Hook(["list", "999", "200"]);
        none.ExitCode.ShouldBe(1);
        none.Output.ShouldContain("no VM 999 on this node");
        none.Output.ShouldContain("200 is a container");
        none.Error.ShouldStartWith("lamboot-hook: no VM 999 on this node");
        none.Error.ShouldContain("\nlamboot-hook: 200 is a container");
    }

    /// <summary>logrotate starts the log anew each week.</summary>
    [Theory]
    [InlineData(".1")]
    [InlineData("-20261127")]
    public void The_verdicts_outlive_a_rotation(string suffix)
    {
        using HostTree tree = Node();
        string before = tree.Hook(["list", "100", "101"]).Output;
        File.Move(tree.Log, tree.Log + suffix);
        tree.Phase(101, "post-stop").ExitCode.ShouldBe(0);

        before.ShouldContain("confirmed");
        tree.Hook(["list", "100", "101"]).Output.ShouldBe(before);
    }

    /// <summary>Whoever may write to an old log cannot take the new one's records away.</summary>
    [Fact]
    public void An_older_log_that_is_not_safe_to_read_hides_nothing()
    {
        using HostTree tree = Node();
        string before = tree.Hook(["list", "100", "101"]).Output;
        File.Copy(tree.Log, tree.Log + ".1");
        File.SetUnixFileMode(tree.Log + ".1", (UnixFileMode)0b110_110_110);

        tree.Hook(["list", "100", "101"]).Output.ShouldBe(before);
    }

    /// <summary>A later version may know more verdicts: what its newest record says is not what an older one said.</summary>
    [Fact]
    public void A_verdict_of_a_later_version_hides_no_record()
    {
        using HostTree tree = Node();
        string newest = File.ReadLines(tree.Log).First();
        File.AppendAllText(
            tree.Log,
            newest
                .Replace("\"confirmed\"", "\"haunted\"", StringComparison.Ordinal)
                .Replace("\"healthy\"", "\"critical\"", StringComparison.Ordinal) + "\n"
        );

        string output = tree.Hook(["list", "100"]).Output;

        output.ShouldContain("critical");
        output.ShouldNotContain("confirmed");
    }

    /// <summary>A deleted VM had a verdict, but its successor does not have one of its own yet.</summary>
    [Fact]
    public void The_record_of_an_earlier_VM_is_not_its_successors()
    {
        using HostTree tree = Node();
        string config = File.ReadAllText(tree.Config(100));
        tree.Replace(
            "/etc/pve/qemu-server/100.conf",
            config.Replace("-000000000001", "-000000000002", StringComparison.Ordinal)
        );

        tree.Hook(["list", "100"]).Output.ShouldNotContain("confirmed");
    }

    /// <summary>Without fleet.toml, nobody can tell whether an identity is up to date.</summary>
    [Fact]
    public void With_a_broken_fleet_toml_nothing_is_called_current()
    {
        using HostTree tree = Node();
        File.AppendAllText(tree.Path("/etc/lamboot/fleet.toml"), "x = = 1\n");

        ProgramResult result = tree.Hook(["list", "100"]);

        result.Output.ShouldContain("  unknown  ");
        result.Error.ShouldContain("continuing with what can be read of it");
    }

    [Fact]
    public void A_tag_that_no_VM_has_is_told()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");

        tree.Hook(["list", "--tag", "nosuch"])
            .ShouldBe(new(0, "0 VMs: 0 attached\n", "lamboot-hook: no VM has that tag or role\n"));
    }

    [Fact]
    public void Attach_and_detach_end_with_how_many()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100, "confirmed-4m");
        tree.AddVm(101, "confirmed-4m");
        tree.AddVm(102, "confirmed-4m", "lock: backup\n");
        tree.Write("/etc/pve/qemu-server/103.conf", "name: bios\n");

        LastLine(tree, "attach", "--all", "--dry-run").ShouldBe("2 VMs would be attached, 1 skipped, 1 failed");
        tree.Hook(["attach", "100"]).Output.Count(c => c == '\n').ShouldBe(1); // for a single VM, its own line says it
        LastLine(tree, "attach", "--all").ShouldBe("1 VM attached, 1 already attached, 1 skipped, 1 failed");
        LastLine(tree, "detach", "100", "101").ShouldBe("2 VMs detached");
    }

    private static string LastLine(HostTree tree, params string[] arguments) =>
        tree.Hook(arguments).Output.TrimEnd('\n').Split('\n')[^1];

    private static string Text(JsonElement vm, string key) => vm.GetProperty(key).GetString() ?? "-";

    private static HostTree Node()
    {
        HostTree tree = new HostTree().AddQm();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.AddVm(100, "confirmed-4m", "smbios1: uuid=00000000-0000-0000-0000-000000000001\ntags: web\n");
        tree.AddVm(101, "single-03-4m-loop");
        tree.Hook(["attach", "100", "101"]).ExitCode.ShouldBe(0);
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        tree.Phase(101, "post-stop").ExitCode.ShouldBe(0);
        File.AppendAllText(tree.Path("/etc/lamboot/fleet.toml"), "\"101\" = \"database\"\n");
        tree.AddVm(102, "confirmed-4m");
        tree.AddVm(103, "confirmed-4m", "template: 1\n");
        ProgramResult.Shell("mkfifo \"$1\"", tree.Config(104)).ExitCode.ShouldBe(0); // not a readable file
        tree.Write("/etc/pve/qemu-server/105.conf", "name: bios\n");
        tree.AddVm(106, "confirmed-4m");
        File.Copy(tree.Document(100), tree.Document(106));
        tree.AddVm(107, "confirmed-4m");
        tree.Write("/var/lib/lamboot/107.json", "[]\n");
        tree.Write("/etc/pve/lxc/200.conf", "hostname: ct\n");
        return tree;
    }
}
