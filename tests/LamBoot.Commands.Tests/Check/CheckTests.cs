using System.Text.Json;

namespace LamBoot.Commands.Tests.Check;

/// <summary><c>check</c>: a healthy tree produces no findings, and every finding is true.</summary>
public sealed class CheckTests
{
    [Fact]
    public void A_healthy_tree_gives_no_finding()
    {
        using HostTree tree = CheckTree.Healthy();
        Dictionary<string, string> before = tree.Snapshot();

        tree.Hook(["check"]).ShouldBe(new(0, "no problems found (2 attached VMs checked)\n", ""));
        tree.Hook(["check", "--json"]).ShouldBe(new(0, "[]\n", ""));

        tree.Snapshot().ShouldBe(before);
    }

    /// <summary>What looks like a fault but is not one.</summary>
    [Theory]
    [InlineData("rm $R/var/lib/lamboot/100.json")] // the hook writes it
    [InlineData("rm -r $R/var/lib/lamboot")] // and creates the folder
    [InlineData("cp $R/var/lib/lamboot/100.json $R/var/lib/lamboot/999.json; touch $N/other/qemu-server/999.conf")]
    [InlineData("echo '\"999\" = \"there\"' >>$R/etc/lamboot/fleet.toml; touch $N/other/qemu-server/999.conf")]
    [InlineData(
        "printf '[monitor]\\nalert_webhook = \"https://x.example/s\"\\n' >>$R/etc/lamboot/fleet.toml; chmod 0640 $R/etc/lamboot/fleet.toml"
    )]
    public void What_is_right_is_no_finding(string change)
    {
        using HostTree tree = CheckTree.Healthy();
        ProgramResult
            .Shell("R=$1 N=$1/etc/pve/nodes; mkdir -p $N/other/qemu-server $N/new; " + change, tree.Root)
            .ExitCode.ShouldBe(0);

        tree.Hook(["check"]).ShouldBe(new(0, "no problems found (2 attached VMs checked)\n", ""));
    }

    /// <summary>A script that reads <c>fix</c> gets all of it, and the message says only what is wrong.</summary>
    [Theory]
    [InlineData(
        "rm $S/lamboot-hook",
        "there is no /var/lib/vz/snippets/lamboot-hook",
        "apt install --reinstall lamboot-hook "
    )]
    [InlineData(
        "rm $S/lamboot-hook; touch $S/lamboot-hook",
        "/var/lib/vz/snippets/lamboot-hook is not executable",
        "chmod 0755 /var/lib/vz/snippets/lamboot-hook; to take it off its VMs instead: lamboot-hook detach --all"
    )]
    [InlineData(
        "printf '[hookscript]\\nchain = \"local:snippets/gone\"\\n' >>$R/etc/lamboot/fleet.toml",
        "there is no /var/lib/vz/snippets/gone",
        "put it there, or remove it from [hookscript] chain in fleet.toml"
    )]
    [InlineData(
        "echo 'hookscript: nosuch' >>$R/etc/pve/qemu-server/102.conf",
        "it is not a volume of the form STORAGE:snippets/NAME",
        "qm set 102 --delete hookscript; the VM will not start until then"
    )]
    public void The_fix_of_a_hookscript_is_in_fix_alone(string change, string message, string fix)
    {
        using HostTree tree = CheckTree.Healthy();
        ProgramResult.Shell("R=$1 S=$1/var/lib/vz/snippets; " + change, tree.Root).ExitCode.ShouldBe(0);

        JsonElement finding = JsonDocument.Parse(tree.Hook(["check", "--json"]).Output).RootElement[0];

        finding.GetProperty("message").GetString().ShouldEndWith(message);
        finding.GetProperty("fix").GetString().ShouldStartWith(fix);
    }

    /// <summary>Without /etc/pve no VM is known, and every document would look stray.</summary>
    [Fact]
    public void Without_the_hosts_configuration_no_document_is_told_to_be_removed()
    {
        using HostTree tree = CheckTree.Healthy();
        Directory.Delete(tree.Path("/etc/pve"), recursive: true);
        Directory.CreateDirectory(tree.Path("/etc/pve"));

        ProgramResult result = tree.Hook(["check"]);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldContain("error pve-missing: cannot read ");
        result.Output.ShouldContain("is pve-cluster running?");
        result.Output.ShouldEndWith("1 error, 0 warnings\n");
        result.Output.ShouldNotContain("rm ");
    }

    /// <summary>A user who cannot read everything would get false findings.</summary>
    [Fact]
    public void A_user_without_rights_is_told_to_be_root_and_nothing_else()
    {
        using HostTree tree = CheckTree.Healthy();

        ProgramResult result = AsNobody(tree, "check");

        result.ShouldBe(
            new(1, "", "lamboot-hook: check needs to read all of this host's configuration: run it as root\n")
        );
    }

    /// <summary>A line that only looks like a section header; and a fault in one VM does not keep the others from being checked.</summary>
    [Fact]
    public void A_stray_bracket_in_a_snapshot_is_no_section()
    {
        using HostTree tree = CheckTree.Healthy();
        File.AppendAllText(
            tree.Config(100),
            $"\n[before]\n[oops\nargs: {HostTree.Args}100.json\n[oops\nargs: {HostTree.Args}90.json\n"
        );

        ProgramResult result = tree.Hook(["check"]);

        result.Error.ShouldBe("");
        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain(
            "VM 100: snapshot 'before' points to /var/lib/lamboot/90.json, which does not exist"
        );
    }

    [Theory]
    [InlineData("900", "template: 1\n", "lamboot-hook attach 900, or the next start of a clone, restores it")]
    [InlineData("900", "", "VM 900's next start, or lamboot-hook attach 900, restores it")]
    [InlineData("901", "", "VM 901 itself is not on this node")]
    public void A_document_that_is_lent_is_put_back_by_what_will_happen(string vmid, string config, string fix)
    {
        using HostTree tree = CheckTree.Healthy();
        tree.AddVm(900, "confirmed-4m", config);
        tree.Hook(["attach", "900"]).ExitCode.ShouldBe(0);
        File.Copy(tree.Document(900), tree.Path($"/var/lib/lamboot/{vmid}.json.owner"));

        tree.Hook(["check"]).Output.ShouldContain(fix);
    }

    /// <summary>Existing content stays: the command adds to it.</summary>
    [Fact]
    public void What_a_storage_holds_is_kept_by_the_command_that_adds_snippets()
    {
        using HostTree tree = CheckTree.Healthy();
        tree.Hook(["detach", "--all"]).ExitCode.ShouldBe(0);
        tree.Write("/etc/pve/storage.cfg", "dir: local\n\tpath /var/lib/vz\n\tcontent iso,import,vztmpl\n");

        ProgramResult result = tree.Hook(["check"]);

        result.ExitCode.ShouldBe(0); // nothing is attached yet, but attaching would work
        result.Output.ShouldContain("warning snippet-storage-content: ");
        result.Output.ShouldContain("pvesm set local --content iso,import,vztmpl,snippets;");
    }

    /// <summary>The placeholder that is looked for is the one in the package.</summary>
    [Fact]
    public void The_packages_fleet_toml_has_the_placeholder()
    {
        using HostTree tree = CheckTree.Healthy();
        File.Copy(Repository.File("packaging", "debian", "fleet.toml"), tree.Path("/etc/lamboot/fleet.toml"), true);

        tree.Hook(["check"]).Output.ShouldContain("warning fleet-placeholder: ");
    }

    [Fact]
    public void A_fleet_toml_that_is_a_link_to_nothing_is_an_error_and_no_missing_file()
    {
        using HostTree tree = CheckTree.Healthy();
        File.Delete(tree.Path("/etc/lamboot/fleet.toml"));
        File.CreateSymbolicLink(tree.Path("/etc/lamboot/fleet.toml"), tree.Path("/etc/pve/lamboot/fleet.toml"));

        tree.Hook(["check"]).Output.ShouldContain("a dangling symbolic link");
        string document = File.ReadAllText(tree.Document(100));
        tree.Phase(100, "pre-start").Error.ShouldContain("keeping the current identity");
        File.ReadAllText(tree.Document(100)).ShouldBe(document);
    }

    [Theory]
    [InlineData(
        "[hookscript]\non_eror = \"block\"",
        "unknown key 'hookscript.on_eror'; did you mean 'hookscript.on_error'?"
    )]
    [InlineData("crash_threshold = 2", "unknown key 'crash_threshold'; did you mean 'monitor.crash_threshold'?")]
    [InlineData("[monitr]", "unknown table 'monitr'; did you mean 'monitor'?")]
    [InlineData("[hookscript]\nsomething_else = 1", "unknown key 'hookscript.something_else';")]
    public void An_unknown_key_is_found_with_the_nearest_known_one(string toml, string message)
    {
        using HostTree tree = CheckTree.Healthy();
        string[] lines = [.. HostTree.FleetToml.Split('\n')];
        lines[0] += toml[0] == '[' ? "" : "\n" + toml;
        string text = string.Join('\n', lines) + (toml[0] == '[' ? toml : "");
        tree.Write("/etc/lamboot/fleet.toml", text);

        tree.Hook(["check"]).Output.ShouldContain(message);
    }

    private static ProgramResult AsNobody(HostTree tree, params string[] arguments)
    {
        File.SetUnixFileMode(tree.Root, (UnixFileMode)0x1ed);
        return ProgramResult.Run(
            "setpriv",
            [
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                Repository.File("out", "bin", "lamboot-hook"),
                .. arguments,
            ],
            ("LAMBOOT_ROOT", tree.Root)
        );
    }
}
