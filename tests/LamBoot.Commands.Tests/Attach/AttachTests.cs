using System.Diagnostics;
using System.Text.Json;

namespace LamBoot.Commands.Tests.Attach;

/// <summary><c>attach</c> and <c>detach</c>, through a <c>qm</c> that follows Proxmox VE's rules.</summary>
public sealed class AttachTests
{
    [Fact]
    public void A_VM_is_attached_and_detached_and_is_as_it_was()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100, "confirmed-4m", "args: -cpu 'host,a b'\n");
        tree.Hook(["detach", "100"]).Error.ShouldContain("VM 100: error: not attached");
        Normalise(tree);
        string before = File.ReadAllText(tree.Config(100));

        tree.Hook(["attach", "100"])
            .ShouldBe(
                new(
                    0,
                    "VM 100 (vm100): attached: hookscript local:snippets/lamboot-hook, args points to /var/lib/lamboot/100.json; takes effect at the next start\n",
                    ""
                )
            );

        AttachedTree.Lines(tree, 100).ShouldContain($"args: -cpu 'host,a b' {AttachedTree.Item}");
        AttachedTree.Lines(tree, 100).ShouldContain("hookscript: local:snippets/lamboot-hook");
        AttachedTree.Document(tree, 100).GetProperty("role").GetString().ShouldBe("webserver");
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
                    + $"local:snippets/lamboot-hook --args '-name \"it'\\''s\" {AttachedTree.Item}' --digest {digest}\n",
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
        result.Output.Contains("skipped VM 102: not UEFI (no 'bios: ovmf')").ShouldBe(isAll);
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
            tree.Hook(["attach", "100"]).Output.ShouldContain("running; takes effect at the next stop and start");
            AttachedTree.Lines(tree, 100).ShouldContain("args: -name x");
            AttachedTree.Lines(tree, 100).ShouldContain($"args: -name x {AttachedTree.Item}"); // pending
            tree.Hook(["attach", "100"]).Output.ShouldBe("VM 100 (vm100): already attached\n");

            tree.Hook(["detach", "100"])
                .Output.ShouldContain("detached (running; args change at the next stop and start)");
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
        AttachedTree.Lines(tree, 100).ShouldContain("onboot: 1");
        AttachedTree.Lines(tree, 100).ShouldContain($"args: {AttachedTree.Item}");
    }

    [Fact]
    public void A_template_is_attached_and_a_clone_of_it_starts_with_its_own_identity()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(900, "confirmed-4m", "template: 1\n");
        tree.Hook(["attach", "900"]).ExitCode.ShouldBe(0);
        string config = File.ReadAllText(tree.Config(900)).Replace("template: 1\n", "", StringComparison.Ordinal);
        File.WriteAllText(tree.Config(901), config.Replace("vm900", "clone", StringComparison.Ordinal));

        ProgramResult start = VmStart.Run(tree, 901);

        JsonDocument.Parse(start.Output).RootElement.GetProperty("vmid").GetString().ShouldBe("901");
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

    /// <summary>Makes qm write the configuration once, in its own key order.</summary>
    private static void Normalise(HostTree tree) =>
        ProgramResult
            .Run(tree.Path(QmTree.Qm), ["set", "100", "--onboot", "1"], ("LAMBOOT_ROOT", tree.Root))
            .ExitCode.ShouldBe(0);
}
