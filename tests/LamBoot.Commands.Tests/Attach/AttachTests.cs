using System.Diagnostics;
using System.Text.Json;

namespace LamBoot.Commands.Tests.Attach;

/// <summary><c>attach</c> and <c>detach</c>, through a <c>qm</c> that keeps Proxmox VE's rules.</summary>
public sealed class AttachTests
{
    private const string Item = HostTree.Args + "100.json";

    [Fact]
    public void A_VM_is_attached_and_detached_and_is_as_it_was()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100, "single-00-4m-ok", "args: -cpu 'host,a b'\n");
        tree.Hook(["detach", "100"]).Error.ShouldContain("VM 100: error: not attached");
        Normalise(tree);
        string before = File.ReadAllText(tree.Config(100));

        tree.Hook(["attach", "100"])
            .ShouldBe(
                new(
                    0,
                    "VM 100 (vm100): attached: hookscript local:snippets/lamboot-hook, args names /var/lib/lamboot/100.json; from its next start\n",
                    ""
                )
            );

        Lines(tree, 100).ShouldContain($"args: -cpu 'host,a b' {Item}");
        Lines(tree, 100).ShouldContain("hookscript: local:snippets/lamboot-hook");
        Document(tree, 100).GetProperty("role").GetString().ShouldBe("webserver");
        string attached = File.ReadAllText(tree.Config(100));
        tree.Hook(["attach", "100"]).Output.ShouldBe("VM 100 (vm100): already attached\n");
        File.ReadAllText(tree.Config(100)).ShouldBe(attached);

        tree.Hook(["detach", "100"]).ShouldBe(new(0, "VM 100 (vm100): detached\n", ""));

        File.ReadAllText(tree.Config(100)).ShouldBe(before);
        File.Exists(tree.Document(100)).ShouldBeFalse();
    }

    [Fact]
    public void A_dry_run_shows_the_command_and_changes_nothing()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100, more: "args: -name \"it's\"\n");
        Dictionary<string, string> before = tree.Snapshot();
        string digest = ProgramResult.Shell("sha1sum <\"$1\" | cut -c1-40", tree.Config(100)).Output.Trim();

        ProgramResult attach = tree.Hook(["attach", "--all", "--dry-run"]);

        attach.ShouldBe(
            new(
                0,
                "VM 100 (vm100): would write /var/lib/lamboot/100.json, then run: qm set 100 --hookscript "
                    + $"local:snippets/lamboot-hook --args '-name \"it'\\''s\" {Item}' --digest {digest}\n",
                ""
            )
        );
        tree.Snapshot().ShouldBe(before);
        tree.Hook(["attach", "100"]).ExitCode.ShouldBe(0);
        before = tree.Snapshot();
        tree.Hook(["detach", "100", "--dry-run"]).Output.ShouldContain("would run: qm set 100 --args");
        tree.Snapshot().ShouldBe(before);
    }

    [Theory]
    [InlineData("attached: 100 101", "--all")]
    [InlineData("attached: 100", "--tag", "WEB")]
    [InlineData("attached: 100 101", "--tag", "web", "--tag", "db")]
    [InlineData("attached: 100", "--from-fleet")]
    public void Many_are_attached_at_once(string told, params string[] selection)
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100, more: "tags: web;prod\n");
        tree.AddVm(101, more: "tags: db\n");
        tree.Write("/etc/pve/qemu-server/102.conf", "name: bios\n");

        ProgramResult result = tree.Hook(["attach", .. selection]);

        result.ExitCode.ShouldBe(0, result.Error);
        int[] attached =
        [
            .. new[] { 100, 101, 102 }.Where(vmid => File.ReadAllText(tree.Config(vmid)).Contains("fw_cfg")),
        ];
        $"attached: {string.Join(' ', attached)}".ShouldBe(told);
        bool isAll = selection[0] == "--all";
        result.Output.Contains("skipped VM 102: no UEFI firmware (no 'bios: ovmf')").ShouldBe(isAll);
    }

    [Theory]
    [InlineData("name: bios\n", "no UEFI firmware (no 'bios: ovmf')")]
    [InlineData(
        "bios: ovmf\nlock: backup\n",
        "its configuration has 'lock: backup': wait until that is over, or qm unlock 100"
    )]
    [InlineData("bios: ovmf\nargs: -name 'x\n", "args has a quote that is not closed")]
    [InlineData(
        "bios: ovmf\nhookscript: local:snippets/gpu.pl\n",
        "it has the hookscript local:snippets/gpu.pl, which is kept; to have both, name it in fleet.toml, "
            + "[hookscript.chain] \"100\" = \"local:snippets/gpu.pl\", then lamboot-hook attach 100 --replace"
    )]
    [InlineData(null, "there is no such VM on this node")]
    public void A_VM_that_is_not_fit_is_refused_with_the_reason(string? config, string reason)
    {
        using HostTree tree = new HostTree().AddQm();
        if (config is not null)
        {
            tree.Write("/etc/pve/qemu-server/100.conf", config);
        }

        foreach (string[] more in new string[][] { [], ["--replace"] })
        {
            ProgramResult result = tree.Hook(["attach", "100", .. more]);

            result.ExitCode.ShouldBe(1);
            result.Output.ShouldBe("");
            result.Error.ShouldStartWith("lamboot-hook: VM 100: error: " + reason);
        }

        if (config is not null)
        {
            File.ReadAllText(tree.Config(100)).ShouldBe(config);
        }
    }

    [Theory]
    [InlineData("rm \"$1\"", "there is no /var/lib/vz/snippets/lamboot-hook")]
    [InlineData("rm \"$1\"; echo >\"$1\"", "is not executable")]
    public void No_VM_is_given_a_hookscript_that_would_keep_it_from_starting(string fault, string reason)
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100);
        string before = File.ReadAllText(tree.Config(100));
        ProgramResult.Shell(fault, tree.Path(QmTree.Snippet), tree.Path("/etc/pve/storage.cfg"));

        ProgramResult result = tree.Hook(["attach", "100"]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(reason);
        File.ReadAllText(tree.Config(100)).ShouldBe(before);
    }

    /// <summary>Proxmox VE starts a VM whose hookscript's storage may not hold snippets, or is disabled: attach goes on.</summary>
    [Theory]
    [InlineData("\tcontent iso,import\n")]
    [InlineData("\tcontent iso,snippets\n\tdisable\n")]
    public void A_storage_that_Proxmox_VE_does_not_ask_about_keeps_no_VM_from_being_attached(string local)
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100);
        tree.Write("/etc/pve/storage.cfg", $"dir: local\n\tpath /var/lib/vz\n{local}");

        ProgramResult result = tree.Hook(["attach", "100"]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldBe("");
        Lines(tree, 100).ShouldContain("hookscript: local:snippets/lamboot-hook");
    }

    /// <summary>A stopped pve-cluster leaves an empty folder: that is no node without VMs.</summary>
    [Theory]
    [InlineData("attach", "--all")]
    [InlineData("attach", "--tag", "web")]
    [InlineData("attach", "100")]
    [InlineData("detach", "--all")]
    [InlineData("detach", "--all", "--dry-run")]
    [InlineData("detach", "100")]
    public void Without_the_hosts_configuration_nothing_is_done_and_that_is_an_error(params string[] arguments)
    {
        using HostTree tree = new HostTree().AddQm();
        tree.Write("/var/lib/lamboot/100.json", "{}");
        Directory.Delete(tree.Path("/etc/pve"), recursive: true);
        Directory.CreateDirectory(tree.Path("/etc/pve"));
        Dictionary<string, string> before = tree.Snapshot();

        ProgramResult result = tree.Hook(arguments);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBe("");
        result.Error.ShouldContain("/etc/pve/qemu-server: No such file or directory; is pve-cluster running?");
        result.Error.Count(c => c == '\n').ShouldBe(1);
        tree.Snapshot().ShouldBe(before);
    }

    [Fact]
    public void VMs_that_do_not_fit_are_told_in_one_line_whose_words_agree()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100);
        tree.AddVm(101);

        tree.Hook(["detach", "--all"]).ShouldBe(new(0, "skipped VMs 100, 101: not attached\n", ""));
        File.Delete(tree.Config(101));
        tree.Hook(["detach", "--all"]).ShouldBe(new(0, "skipped VM 100: not attached\n", ""));
    }

    [Fact]
    public void A_running_VM_is_attached_from_its_next_stop()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100, more: "args: -name x\n");
        using Process qemu = tree.RunQemu(100);
        tree.Write("/run/qemu-server/100.qemu", $"{qemu.Id}\n"); // where tests/e2e/qm looks for it
        try
        {
            tree.Hook(["attach", "100"]).Output.ShouldContain("it runs: from its next stop and start");
            Lines(tree, 100).ShouldContain("args: -name x");
            Lines(tree, 100).ShouldContain($"args: -name x {Item}"); // pending
            tree.Hook(["attach", "100"]).Output.ShouldBe("VM 100 (vm100): already attached\n");

            tree.Hook(["detach", "100"]).Output.ShouldContain("detached; it runs: args from its next stop and start");
            File.ReadAllText(tree.Config(100)).ShouldNotContain("fw_cfg");
        }
        finally
        {
            qemu.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void An_edit_in_between_is_not_lost()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100);
        string real = Repository.File("tests", "e2e", "qm");
        tree.AddScript(
            QmTree.Qm,
            $"""
            [ -e "$LAMBOOT_ROOT/edited" ] || echo 'onboot: 1' >>"$LAMBOOT_ROOT/etc/pve/qemu-server/100.conf"
            touch "$LAMBOOT_ROOT/edited"
            exec {real} "$@"
            """
        );

        ProgramResult result = tree.Hook(["attach", "100"]);

        result.ExitCode.ShouldBe(0, result.Error);
        Lines(tree, 100).ShouldContain("onboot: 1");
        Lines(tree, 100).ShouldContain($"args: {Item}");
    }

    [Fact]
    public void What_qm_refuses_is_said_and_the_others_go_on()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100);
        tree.AddVm(101);
        string real = Repository.File("tests", "e2e", "qm");
        tree.AddScript(QmTree.Qm, $"[ \"$2\" = 100 ] && echo 'no quorum' >&2 && exit 5\nexec {real} \"$@\"\n");

        ProgramResult result = tree.Hook(["attach", "--all"]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldBe($"lamboot-hook: VM 100: error: {tree.Path(QmTree.Qm)} exited with 5: no quorum\n");
        result.Output.ShouldStartWith("VM 101 (vm101): attached");
    }

    [Fact]
    public void A_document_that_a_clone_or_snapshot_names_stays()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100);
        tree.Hook(["attach", "100"]);
        tree.AddVm(101, more: $"args: {Item}\n");

        ProgramResult result = tree.Hook(["detach", "100"]);

        result.Output.ShouldBe(
            "VM 100 (vm100): detached; /var/lib/lamboot/100.json stays, since a configuration or snapshot names it\n"
        );
        File.Exists(tree.Document(100)).ShouldBeTrue();
        File.WriteAllText(tree.Config(101), "bios: ovmf\n");
        tree.Hook(["detach", "100"]).Output.ShouldBe("VM 100 (vm100): already detached\n");
        File.Exists(tree.Document(100)).ShouldBeFalse();
    }

    [Fact]
    public void A_template_is_attached_and_a_clone_of_it_starts_with_its_own_identity()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(900, "single-00-4m-ok", "template: 1\n");
        tree.Hook(["attach", "900"]).ExitCode.ShouldBe(0);
        string config = File.ReadAllText(tree.Config(900)).Replace("template: 1\n", "", StringComparison.Ordinal);
        File.WriteAllText(tree.Config(901), config.Replace("vm900", "clone", StringComparison.Ordinal));

        ProgramResult start = VmStart.Run(tree, 901);

        JsonDocument.Parse(start.Output).RootElement.GetProperty("vmid").GetString().ShouldBe("901");
    }

    /// <summary>The document is not the VM's own while a clone's start has it: attach writes into what is put back, not into it.</summary>
    [Fact]
    public void A_document_that_is_lent_is_left_alone()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100);
        tree.Hook(["attach", "100"]);
        tree.AddVm(101, more: $"args: {Item}\nhookscript: local:snippets/lamboot-hook\n");
        using Process start = VmStart.Begin(tree, 101, "until [ -e \"$1/go\" ]; do sleep 0.05; done");
        while (Document(tree, 100).GetProperty("vmid").GetString() != "101")
        {
            Thread.Sleep(10);
        }

        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml.Replace("webserver", "new", StringComparison.Ordinal));
        ProgramResult result = tree.Hook(["attach", "100"]);

        result.ExitCode.ShouldBe(0, result.Error);
        Document(tree, 100).GetProperty("vmid").GetString().ShouldBe("101");
        tree.Write("/go", "");
        start.StandardOutput.ReadToEnd().ShouldContain("\"vmid\": \"101\"");
        start.WaitForExit();
        Document(tree, 100).GetProperty("vmid").GetString().ShouldBe("100");
        Document(tree, 100).GetProperty("role").GetString().ShouldBe("new");
    }

    [Theory]
    [InlineData("attach")]
    [InlineData("attach", "100", "--all")]
    [InlineData("detach", "--from-fleet")]
    [InlineData("attach", "99")]
    [InlineData("attach", "100", "--hookscript", "local:snippets/other")]
    public void Usage_errors_exit_2(params string[] arguments)
    {
        using HostTree tree = new HostTree().AddQm();

        ProgramResult result = tree.Hook(arguments);

        result.ExitCode.ShouldBe(2);
        result.Error.Count(c => c == '\n').ShouldBe(1);
    }

    private static string[] Lines(HostTree tree, int vmid) => File.ReadAllLines(tree.Config(vmid));

    private static JsonElement Document(HostTree tree, int vmid) =>
        JsonDocument.Parse(File.ReadAllBytes(tree.Document(vmid))).RootElement;

    /// <summary>Has qm write the configuration once, in its own order of keys.</summary>
    private static void Normalise(HostTree tree) =>
        ProgramResult
            .Run(tree.Path(QmTree.Qm), ["set", "100", "--onboot", "1"], ("LAMBOOT_ROOT", tree.Root))
            .ExitCode.ShouldBe(0);
}
