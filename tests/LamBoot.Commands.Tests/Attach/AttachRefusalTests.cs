namespace LamBoot.Commands.Tests.Attach;

/// <summary>What <c>attach</c> and <c>detach</c> refuse and what they do not.</summary>
public sealed class AttachRefusalTests
{
    [Theory]
    [InlineData("name: bios\n", "not UEFI (no 'bios: ovmf')")]
    [InlineData(
        "bios: ovmf\nlock: backup\n",
        "its configuration has 'lock: backup': wait until that ends, or qm unlock 100"
    )]
    [InlineData("bios: ovmf\nargs: -name 'x\n", "args has an unclosed quote")]
    [InlineData(
        "bios: ovmf\nhookscript: local:snippets/gpu.pl\n",
        "keeping its hookscript local:snippets/gpu.pl; to use both, add to fleet.toml, "
            + "[hookscript.chain] \"100\" = \"local:snippets/gpu.pl\", then run lamboot-hook attach 100 --replace"
    )]
    [InlineData(null, "no such VM on this node")]
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

    /// <summary>Proxmox VE starts a VM even if its hookscript's storage is disabled or may not hold snippets: attach goes ahead.</summary>
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
        AttachedTree.Lines(tree, 100).ShouldContain("hookscript: local:snippets/lamboot-hook");
    }

    /// <summary>A stopped pve-cluster leaves an empty folder: that is not a node without VMs.</summary>
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

        tree.Hook(["detach", "--all"])
            .ShouldBe(new(0, "skipped VMs 100, 101: not attached\n0 VMs detached, 2 skipped\n", ""));
        File.Delete(tree.Config(101));
        tree.Hook(["detach", "--all"]).ShouldBe(new(0, "skipped VM 100: not attached\n", ""));
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
}
