using LamBoot.Commands.Check;
using System.Globalization;
using System.Text.Json;

namespace LamBoot.Commands.Tests.Check;

/// <summary><c>check</c>: a healthy tree gives no finding, and each fault gives its own, with the mend.</summary>
public sealed class CheckTests
{
    /// <summary>A fault, and what it is found as. The script is run with <c>$R</c> as the tree's root.</summary>
    public static readonly TheoryData<string, string> Faults = new()
    {
        { "rm $R/etc/lamboot/fleet.toml", "fleet-missing,vm-document-outdated,vm-document-outdated" },
        { "echo 'x = = 1' >>$R/etc/lamboot/fleet.toml", "fleet-invalid,fleet-invalid" },
        { "printf '[monitor]\\ncrash_treshold = 3\\n' >>$R/etc/lamboot/fleet.toml", "fleet-unknown-key" },
        { "printf '[hookscript]\\nchain = \"local:snippets/gone\"\\n' >>$R/etc/lamboot/fleet.toml", "chain-unusable" },
        {
            "sed -i s/prod-cluster-01/my-fleet/ $R/etc/lamboot/fleet.toml",
            "fleet-placeholder,vm-document-outdated,vm-document-outdated"
        },
        {
            "printf '[monitor]\\nalert_webhook = \"https://x.example/secret\"\\n' >>$R/etc/lamboot/fleet.toml",
            "fleet-webhook-readable"
        },
        { "rm -r $R/etc/pve/qemu-server", "pve-missing" },
        { "echo '\"999\" = \"gone\"' >>$R/etc/lamboot/fleet.toml", "fleet-role-unused" },
        { "mkdir $R/etc/pve/storage.cfg", "unchecked,vm-efidisk-storage,vm-efidisk-storage" },
        { "chmod 0777 $R/var/lib/lamboot", "config-dir-unusable" },
        { "mkdir -p $R/var/log/lamboot/fleet.jsonl", "log-unusable" },
        { "mkdir -p $R/var/log/lamboot; mkfifo $R/var/log/lamboot/fleet.jsonl", "log-unusable" },
        { "mkdir -p $R/var/log/lamboot; ln -s /etc/hostname $R/var/log/lamboot/fleet.jsonl", "log-unusable" },
        { "mkdir -p $R/var/log/lamboot; chmod 0777 $R/var/log/lamboot", "log-unusable" },
        { "mkdir -p $R/var/log/lamboot; truncate -s 300M $R/var/log/lamboot/fleet.jsonl", "log-large" },
        { "mkdir -p $R/var/log/lamboot; echo '{\"cut off' >$R/var/log/lamboot/fleet.jsonl", "log-malformed" },
        {
            "echo '100 999999999 1 00000000-0000-0000-0000-000000000000' >$R/var/lib/lamboot/state/100.lease",
            "lease-left"
        },
        { "cp $R/var/lib/lamboot/100.json $R/var/lib/lamboot/100.json.owner", "document-lent" },
        { "touch $R/var/lib/lamboot/100.json.lamboot-999999999", "left-over" },
        { "touch $R/etc/pve/qemu-server/100.conf.lamboot-999999999", "left-over" },
        { "sed -i s/local:snippets/nas:snippets/ $C", "snippet-storage-unknown" },
        {
            "printf 'dir: nas\\n\\tpath /var/lib/vz\\n\\tdisable\\n' >$R/etc/pve/storage.cfg; sed -i s/local:snippets/nas:snippets/ $C",
            "snippet-storage-disabled"
        },
        {
            "printf 'nfs: nas\\n\\tcontent snippets\\n' >$R/etc/pve/storage.cfg; sed -i s/local:snippets/nas:snippets/ $C",
            "snippet-storage-unusable"
        },
        { "printf 'dir: local\\n\\tcontent iso\\n' >$R/etc/pve/storage.cfg", "snippet-storage-content" },
        { "rm $S", "snippet-missing" },
        { "rm $S; echo >$S", "snippet-not-executable" },
        { "rm $S; printf '#!/bin/sh\\nexit 0\\n' >$S; chmod 755 $S", "snippet-broken" },
        { "rm $S; printf '#!/bin/sh\\necho lamboot-hook 0.0.9\\n' >$S; chmod 755 $S", "snippet-version" },
        { "rm $R/etc/pve/qemu-server/102.conf; mkfifo $R/etc/pve/qemu-server/102.conf", "vm-config-unreadable" },
        { "echo 'hookscript: local:snippets/gone.pl' >>$R/etc/pve/qemu-server/102.conf", "vm-hookscript-unusable" },
        {
            "cp $S $R/var/lib/vz/snippets/lamboot-hookscript.pl; echo 'hookscript: local:snippets/lamboot-hookscript.pl' >>$R/etc/pve/qemu-server/102.conf",
            "vm-upstream-hookscript"
        },
        { "sed -i /bios/d $C", "vm-not-ovmf" },
        { "sed -i /efidisk0/d $C", "vm-no-efidisk" },
        { "sed -i s/local:100/nas:100/ $C", "vm-efidisk-storage" },
        { "sed -i 's/^args: /&\\x27/' $C", "vm-args-faulty" },
        { "sed -i /args/d $C", "vm-item-missing" },
        { "sed -i 's/^args: .*/& -fw_cfg opt\\/lamboot\\/config,file=x/' $C", "vm-item-duplicate" },
        { "sed -i s/100.json/101.json/ $C", "vm-item-other" },
        { "touch $R/tmp-x; sed -i s,/var/lib/lamboot/100.json,/tmp-x, $C", "vm-item-outside" },
        { "sed -i s/,file=.*/,string=x/ $C", "vm-item-without-file" },
        { "printf '[PENDING]\\nargs: -name x\\n' >>$C", "vm-pending-item" },
        { "printf '[PENDING]\\nargs: \"x\\n' >>$C", "vm-args-faulty" },
        { "rm $R/var/lib/lamboot/100.json; sed -i /hookscript/d $C", "vm-document-missing,vm-without-hookscript" },
        { "sed -i s,/var/lib/lamboot/100.json,/tmp-x, $C", "vm-item-outside,vm-document-missing" },
        { "echo '[]' >$R/var/lib/lamboot/100.json", "vm-document-invalid" },
        { "cp $R/var/lib/lamboot/101.json $R/var/lib/lamboot/100.json", "vm-document-other" },
        { "chmod 0600 $R/var/lib/lamboot/100.json", "vm-document-mode" },
        { "sed -i s/webserver/database/ $R/etc/lamboot/fleet.toml", "vm-document-outdated" },
        { "sed -i /hookscript/d $C", "vm-without-hookscript" },
        {
            "printf '\\n[before]\\nargs: -fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/90.json\\n' >>$C",
            "vm-snapshot-document"
        },
        { "cp $R/var/lib/lamboot/100.json $R/var/lib/lamboot/999.json", "document-stray" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_found_with_its_mend(string fault, string ids)
    {
        using HostTree tree = Healthy();
        ProgramResult broken = ProgramResult.Shell(
            "R=$1 C=$1/etc/pve/qemu-server/100.conf S=$1/var/lib/vz/snippets/lamboot-hook; " + fault,
            tree.Root
        );
        broken.ExitCode.ShouldBe(0, broken.Error);

        ProgramResult result = tree.Hook(["check", "--json"]);

        result.Error.ShouldBe("");
        JsonElement[] findings = [.. JsonDocument.Parse(result.Output).RootElement.EnumerateArray()];
        string[] expected = ids.Split(',');
        findings.Select(finding => Text(finding, "id")).ShouldBe(expected);
        findings.ShouldAllBe(finding => Text(finding, "mend").Length > 5 && Text(finding, "message").Length > 10);
        bool hasErrors = findings.Any(finding => Text(finding, "severity") == "error");
        result.ExitCode.ShouldBe(hasErrors ? 1 : 0);
        string lines = tree.Hook(["check"]).Output;
        lines.ShouldContain($"{Text(findings[0], "severity")} {expected[0]}: ");
        lines.Split('\n').Length.ShouldBe(findings.Length + 2);
    }

    [Fact]
    public void A_healthy_tree_gives_no_finding()
    {
        using HostTree tree = Healthy();
        Dictionary<string, string> before = tree.Snapshot();

        tree.Hook(["check"]).ShouldBe(new(0, "no finding\n", ""));
        tree.Hook(["check", "--json"]).ShouldBe(new(0, "[]\n", ""));

        tree.Snapshot().ShouldBe(before);
    }

    /// <summary>What looks like a fault, and is none.</summary>
    [Theory]
    [InlineData("rm $R/var/lib/lamboot/100.json")] // its hook writes it
    [InlineData("rm -r $R/var/lib/lamboot")] // and makes the folder
    [InlineData("cp $R/var/lib/lamboot/100.json $R/var/lib/lamboot/999.json; touch $N/other/qemu-server/999.conf")]
    [InlineData("echo '\"999\" = \"there\"' >>$R/etc/lamboot/fleet.toml; touch $N/other/qemu-server/999.conf")]
    [InlineData(
        "printf '[monitor]\\nalert_webhook = \"https://x.example/s\"\\n' >>$R/etc/lamboot/fleet.toml; chmod 0640 $R/etc/lamboot/fleet.toml"
    )]
    public void What_is_right_is_no_finding(string change)
    {
        using HostTree tree = Healthy();
        ProgramResult
            .Shell("R=$1 N=$1/etc/pve/nodes; mkdir -p $N/other/qemu-server $N/new; " + change, tree.Root)
            .ExitCode.ShouldBe(0);

        tree.Hook(["check"]).ShouldBe(new(0, "no finding\n", ""));
    }

    /// <summary>Without /etc/pve no VM is known, and every document would look stray.</summary>
    [Fact]
    public void Without_the_hosts_configuration_no_document_is_told_to_be_removed()
    {
        using HostTree tree = Healthy();
        Directory.Delete(tree.Path("/etc/pve"), recursive: true);
        Directory.CreateDirectory(tree.Path("/etc/pve"));

        ProgramResult result = tree.Hook(["check"]);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldContain("error pve-missing: cannot read ");
        result.Output.ShouldContain("is pve-cluster running?");
        result.Output.ShouldEndWith("1 error, 0 warnings\n");
        result.Output.ShouldNotContain("rm ");
    }

    /// <summary>Whoever cannot read it all would be told of faults that are none.</summary>
    [Fact]
    public void A_user_without_rights_is_told_to_be_root_and_nothing_else()
    {
        using HostTree tree = Healthy();

        ProgramResult result = AsNobody(tree, "check");

        result.ShouldBe(
            new(1, "", "lamboot-hook: check needs to read all of this host's configuration: run it as root\n")
        );
    }

    /// <summary>A line that only looks like a section's header; and a fault at one VM leaves the others looked at.</summary>
    [Fact]
    public void A_stray_bracket_in_a_snapshot_is_no_section()
    {
        using HostTree tree = Healthy();
        File.AppendAllText(
            tree.Config(100),
            $"\n[before]\n[oops\nargs: {HostTree.Args}100.json\n[oops\nargs: {HostTree.Args}90.json\n"
        );

        ProgramResult result = tree.Hook(["check"]);

        result.Error.ShouldBe("");
        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("VM 100: snapshot 'before' names /var/lib/lamboot/90.json, which is not there");
    }

    [Theory]
    [InlineData("900", "template: 1\n", "lamboot-hook attach 900 puts it back, as does the next start of a clone")]
    [InlineData("900", "", "the next start of VM 900 puts it back, as does lamboot-hook attach 900")]
    [InlineData("901", "", "VM 901 itself is not on this node")]
    public void A_document_that_is_lent_is_put_back_by_what_will_happen(string vmid, string config, string mend)
    {
        using HostTree tree = Healthy();
        tree.AddVm(900, "single-00-4m-ok", config);
        tree.Hook(["attach", "900"]).ExitCode.ShouldBe(0);
        File.Copy(tree.Document(900), tree.Path($"/var/lib/lamboot/{vmid}.json.owner"));

        tree.Hook(["check"]).Output.ShouldContain(mend);
    }

    /// <summary>The content that is there stays: the command adds to it.</summary>
    [Fact]
    public void What_a_storage_holds_is_kept_by_the_command_that_adds_snippets()
    {
        using HostTree tree = Healthy();
        tree.Hook(["detach", "--all"]).ExitCode.ShouldBe(0);
        tree.Write("/etc/pve/storage.cfg", "dir: local\n\tpath /var/lib/vz\n\tcontent iso,import,vztmpl\n");

        ProgramResult result = tree.Hook(["check"]);

        result.ExitCode.ShouldBe(0); // nothing is attached yet, and it would work
        result.Output.ShouldContain("warning snippet-storage-content: ");
        result.Output.ShouldContain("pvesm set local --content iso,import,vztmpl,snippets;");
    }

    /// <summary>The placeholder that is looked for is the one that the package has.</summary>
    [Fact]
    public void The_packages_fleet_toml_has_the_placeholder()
    {
        using HostTree tree = Healthy();
        File.Copy(Repository.File("packaging", "debian", "fleet.toml"), tree.Path("/etc/lamboot/fleet.toml"), true);

        tree.Hook(["check"]).Output.ShouldContain("warning fleet-placeholder: ");
    }

    [Fact]
    public void A_fleet_toml_that_is_a_link_to_nothing_is_an_error_and_no_missing_file()
    {
        using HostTree tree = Healthy();
        File.Delete(tree.Path("/etc/lamboot/fleet.toml"));
        File.CreateSymbolicLink(tree.Path("/etc/lamboot/fleet.toml"), tree.Path("/etc/pve/lamboot/fleet.toml"));

        tree.Hook(["check"]).Output.ShouldContain("a symbolic link to a file that is not there");
        string document = File.ReadAllText(tree.Document(100));
        tree.Phase(100, "pre-start").Error.ShouldContain("the current identity is kept");
        File.ReadAllText(tree.Document(100)).ShouldBe(document);
    }

    /// <summary>Each id of the catalogue is found by a test, and explained in the guide.</summary>
    [Fact]
    public void The_catalogue_the_guide_and_the_tests_are_in_step()
    {
        string[] seeded = [.. Faults.SelectMany(row => row.Data.Item2.Split(',')).Distinct()];
        string guide = File.ReadAllText(Repository.File("docs", "operations.md"));

        foreach ((string id, string severity, string meaning) in FindingCatalogue.All)
        {
            seeded.ShouldContain(id);
            guide.ShouldContain($"| `{id}` | {severity} | {meaning} |");
        }
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
        using HostTree tree = Healthy();
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

    private static HostTree Healthy()
    {
        HostTree tree = new HostTree().AddQm();
        tree.AddVm(100, "single-00-4m-ok");
        tree.AddVm(101, "single-00-4m-ok");
        tree.AddVm(102, "single-00-4m-ok");
        tree.Hook(["attach", "100", "101"]).ExitCode.ShouldBe(0);
        return tree;
    }

    private static string Text(JsonElement finding, string key) =>
        finding.GetProperty(key).GetString().ShouldNotBeNull(key.ToString(CultureInfo.InvariantCulture));
}
