using System.Globalization;
using System.Text.Json;
using LamBoot.Commands.Check;

namespace LamBoot.Commands.Tests.Check;

/// <summary><c>check</c>: each fault produces its own finding, with the fix.</summary>
public sealed class CheckFaultTests
{
    /// <summary>A fault, as a script for <see cref="CheckTree.Broken"/>, and the finding that it produces.</summary>
    public static readonly TheoryData<string, string> Faults = new()
    {
        { "rm $R/etc/lamboot/fleet.toml", "fleet-missing,vm-document-outdated,vm-document-outdated" },
        { "sed -i /schema_version/d $R/etc/lamboot/fleet.toml", "fleet-schema-missing" },
        {
            "printf '[hookscript]\\nchannels = [\"fw_cfg\", \"smbios\"]\\n' >>$R/etc/lamboot/fleet.toml",
            "channel-unusable,vm-item-missing,vm-item-missing"
        },
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
        {
            "sed -i 's|^args: .*|& -fw_cfg name=opt/io.systemd.credentials/lamboot.identity,file=/var/lib/lamboot/101.json|' $C",
            "vm-item-mixed,vm-item-superfluous"
        },
        {
            "sed -i 's|^args: .*|& -fw_cfg name=opt/io.systemd.credentials/lamboot.identity,file=/var/lib/lamboot/100.json|' $C",
            "vm-item-superfluous"
        },
        { "sed -i 's|^args: .*|& -smbios type=11,value=lamboot.vmid=900|' $C", "vm-fixed-vmid" },
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
        {
            "$S boot 100 --order 0001; perl -0777 -pi -e 's/(B\\0o\\0o\\0t\\0O\\0r\\0d\\0e\\0r\\0\\0\\0)../$1\\xad\\x0b/gs' $V",
            "vm-boot-order"
        },
        { "$S boot 100 --next 0002", "vm-boot-next" },
        { "zcat $T/full-2m.fd.gz >$V", "vm-store-full" },
        {
            "zcat $T/template-2m-ms.fd.gz >$V; perl -0777 -pi -e 's/(E\\0n\\0a\\0b\\0l\\0e\\0\\0\\0)\\0/$1\\x01/g' $V",
            "vm-secure-boot"
        },
        { "rm $V", "unchecked" },
        { "printf AAAAAAAAAAAAAAAA | dd of=$V bs=1 seek=72 conv=notrunc status=none", "unchecked" }, // the signature
        { "truncate -s 4096 $V", "unchecked" },
        { "cp $R/var/lib/lamboot/100.json $R/var/lib/lamboot/999.json", "document-stray" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_found_with_its_fix(string fault, string ids)
    {
        using HostTree tree = CheckTree.Broken(fault);

        ProgramResult result = tree.Hook(["check", "--json"]);

        result.Error.ShouldBe("");
        JsonElement[] findings = [.. JsonDocument.Parse(result.Output).RootElement.EnumerateArray()];
        string[] expected = ids.Split(',');
        findings.Select(finding => Text(finding, "id")).ShouldBe(expected);
        findings.ShouldAllBe(finding => Text(finding, "fix").Length > 5 && Text(finding, "message").Length > 10);
        bool hasErrors = findings.Any(finding => Text(finding, "severity") == "error");
        result.ExitCode.ShouldBe(hasErrors ? 1 : 0);
        string lines = tree.Hook(["check"]).Output;
        lines.ShouldContain($"{Text(findings[0], "severity")} {expected[0]}: ");
        lines.Split('\n').Length.ShouldBe(findings.Length + 2);
    }

    /// <summary>Each ID in the catalogue is produced by a test.</summary>
    [Fact]
    public void The_catalogue_and_the_tests_are_in_step()
    {
        string[] seeded = [.. Faults.SelectMany(row => row.Data.Item2.Split(',')).Distinct()];

        seeded.ShouldBe(FindingCatalogue.All.Select(finding => finding.Id), ignoreOrder: true);
    }

    private static string Text(JsonElement finding, string key) =>
        finding.GetProperty(key).GetString().ShouldNotBeNull(key.ToString(CultureInfo.InvariantCulture));
}
