namespace LamBoot.Commands.Tests.Attach;

/// <summary>A node set up with upstream's tools is migrated with the five commands in docs/from-upstream.md.</summary>
public sealed class UpstreamTests
{
    private const string Upstream = "local:snippets/lamboot-hookscript.pl";

    [Fact]
    public void Five_commands_move_a_node_over()
    {
        using HostTree tree = Node();
        string[] commands = [.. Commands()];
        commands.Length.ShouldBe(5);

        ProgramResult[] results = [.. commands.Select(command => Run(tree, command))];

        results[0].Output.ShouldContain("vm-upstream-hookscript");
        results[0].Output.ShouldContain("fleet-schema-missing");
        results[0].Output.ShouldContain("vm-fixed-vmid");
        results[1].Output.ShouldContain("then run: qm set 101 --hookscript local:snippets/lamboot-hook");
        results[2].ExitCode.ShouldBe(0, results[2].Error);
        results[2]
            .Output.ShouldContain(
                $"VM 101 (vm101): attached: hookscript local:snippets/lamboot-hook replacing {Upstream}, args points to /var/lib/lamboot/101.json"
            );
        results[3].Output.ShouldContain("healthy");
        results[4].Output.ShouldNotContain("vm-upstream-hookscript");
        foreach (int vmid in (int[])[100, 101])
        {
            string config = File.ReadAllText(tree.Config(vmid));
            config.ShouldContain("hookscript: local:snippets/lamboot-hook\n");
            config.ShouldContain($"{HostTree.Args}{vmid}.json");
            File.ReadAllText(tree.Document(vmid)).ShouldContain($"\"vmid\": \"{vmid}\"");
        }
    }

    [Theory]
    [InlineData("local:snippets/lamboot-hookscript.pl")]
    [InlineData("nas:snippets/lamboot-hookscript.pl")]
    public void Its_hookscript_is_replaced_and_not_brought_back(string volume)
    {
        using HostTree tree = Node();
        tree.AddVm(102, "confirmed-4m", $"hookscript: {volume}\n");

        tree.Hook(["attach", "102"]).Output.ShouldContain($"replacing {volume}");
        tree.Hook(["detach", "102"]).ExitCode.ShouldBe(0);

        File.ReadAllText(tree.Config(102)).ShouldNotContain("hookscript");
    }

    [Fact]
    public void Its_records_are_skipped_and_named_once()
    {
        using HostTree tree = Node();
        Run(tree, "lamboot-hook attach 100").ExitCode.ShouldBe(0);
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);

        ProgramResult history = tree.Hook(["history", "100"]);

        history.Output.ShouldContain("healthy");
        history.Error.ShouldBe(
            $"lamboot-hook: {tree.Log}: 8 lines are no health records, from line 1 on, skipped (upstream's tools wrote such)\n"
        );
    }

    [Fact]
    public void Its_monitors_options_are_taken()
    {
        using HostTree tree = Node();
        string fleet = tree.Path("/etc/lamboot/fleet.toml");

        ProgramResult result = Run(
            tree,
            $"lamboot-pve-monitor --json --threshold 2 --vmid 100 --fleet-config {fleet} --log-path /x"
        );

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("\"vmid\": 100");
        Run(tree, "lamboot-pve-monitor --alert-webhook http://x").ExitCode.ShouldBe(2);
        Run(tree, "lamboot-pve-monitor --help").Output.ShouldNotContain("--alert-webhook");
    }

    /// <summary>A node as lamboot-pve-setup and lamboot-hookscript.pl leave it.</summary>
    private static HostTree Node()
    {
        HostTree tree = new HostTree().AddQm();
        tree.Write(
            "/etc/lamboot/fleet.toml",
            "[fleet]\nid = \"prod-cluster-01\"\ndescription = \"all\"\n[monitor]\nlog_path = \"/var/log/lamboot-monitor.log\"\n"
        );
        tree.Write("/var/lib/vz/snippets/lamboot-hookscript.pl", "#!/usr/bin/perl\n# version: 0.8.4\n");
        tree.AddVm(100, "confirmed-4m", $"args: {HostTree.Args}100.json\nhookscript: {Upstream}\n");
        tree.AddVm(
            101,
            "confirmed-4m",
            $"args: -smbios type=11,value=lamboot.vmid=900 {HostTree.Args}101.json\nhookscript: {Upstream}\n"
        );
        tree.Write(
            "/var/lib/lamboot/100.json",
            "{\n  \"schema_version\": \"v1\",\n  \"vmid\": \"100\",\n  \"hostname\": \"pve1\",\n  \"fleet_id\": \"prod-cluster-01\",\n"
                + "  \"role\": \"unassigned\",\n  \"written_by\": \"lamboot-pve-setup 0.7.2\",\n"
                + "  \"written_at\": \"2026-04-22T14:37:22Z\",\n  \"tags_at_setup\": []\n}\n"
        );
        tree.Write(
            "/var/log/lamboot/fleet.jsonl",
            "[\n  {\n    \"vmid\": 100,\n    \"name\": \"vm100\",\n    \"state\": \"BootedOK\",\n    \"status\": \"healthy\"\n  }\n]\n"
        );
        return tree;
    }

    private static IEnumerable<string> Commands() =>
        File.ReadAllLines(Repository.File("docs", "from-upstream.md"))
            .SkipWhile(line => line != "```sh")
            .Skip(1)
            .TakeWhile(line => line != "```");

    private static ProgramResult Run(HostTree tree, string command)
    {
        string[] words = command.Split(' ');
        return ProgramResult.Run(Repository.File("out", "bin", words[0]), words[1..], ("LAMBOOT_ROOT", tree.Root));
    }
}
