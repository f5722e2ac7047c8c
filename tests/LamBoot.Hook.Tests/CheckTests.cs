using System.Globalization;
using System.Text.Json;

namespace LamBoot.Hook.Tests;

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
        { "rm -r $R/var/lib/lamboot", "config-dir-unusable,vm-document-missing,vm-document-missing" },
        { "chmod 0777 $R/var/lib/lamboot", "config-dir-unusable" },
        { "mkdir -p $R/var/log/lamboot/fleet.jsonl", "log-unusable" },
        { "mkdir -p $R/var/log/lamboot; truncate -s 300M $R/var/log/lamboot/fleet.jsonl", "log-large" },
        { "mkdir -p $R/var/log/lamboot; echo '{\"cut off' >$R/var/log/lamboot/fleet.jsonl", "log-malformed" },
        { "mkdir -p $R/run/lamboot; echo '100 999999999 1 original 0' >$R/run/lamboot/100.lease", "lease-left" },
        { "cp $R/var/lib/lamboot/100.json $R/var/lib/lamboot/100.json.owner", "document-lent" },
        { "touch $R/var/lib/lamboot/100.json.lamboot-999999999", "left-over" },
        { "touch $R/etc/pve/qemu-server/100.conf.lamboot-999999999", "left-over" },
        { "sed -i s/local:snippets/nas:snippets/ $C", "snippet-storage-unknown" },
        {
            "printf 'dir: nas\\n\\tpath /nas\\n\\tdisable\\n' >$R/etc/pve/storage.cfg; sed -i s/local:snippets/nas:snippets/ $C",
            "snippet-storage-unusable"
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
        { "rm $R/var/lib/lamboot/100.json", "vm-document-missing" },
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

    /// <summary>Each id of the catalogue is found by a test, and explained in the guide.</summary>
    [Fact]
    public void The_catalogue_the_guide_and_the_tests_are_in_step()
    {
        string[] seeded = [.. Faults.SelectMany(row => row.Data.Item2.Split(',')).Distinct()];
        string source = File.ReadAllText(Repository.File("src", "LamBoot.Commands", "Check", "FindingCatalogue.cs"));
        string guide = File.ReadAllText(Repository.File("docs", "operations.md"));
        (string Id, string Severity, string Meaning)[] catalogue =
        [
            .. System
                .Text.RegularExpressions.Regex.Matches(
                    source,
                    "\\(\\s*\"([a-z-]+)\",\\s*(Error|Warning),\\s*\"([^\"]+)\"\\s*\\)"
                )
                .Select(match =>
                    (match.Groups[1].Value, match.Groups[2].Value.ToLowerInvariant(), match.Groups[3].Value)
                ),
        ];

        catalogue.Length.ShouldBeGreaterThan(25);
        foreach ((string id, string severity, string meaning) in catalogue)
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
