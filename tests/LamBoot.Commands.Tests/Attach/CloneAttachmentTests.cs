namespace LamBoot.Commands.Tests.Attach;

/// <summary><c>attach --clones</c> gives clones their own identity before their first start.</summary>
public sealed class CloneAttachmentTests
{
    private const string OfSource = $"args: -a {HostTree.Args}900.json\nhookscript: local:snippets/lamboot-hook\n";

    [Fact]
    public void Each_clone_gets_its_own_and_nothing_is_said_of_others()
    {
        using HostTree tree = Node();
        tree.AddVm(900, more: OfSource);
        tree.AddVm(100, more: OfSource);
        tree.AddVm(101, more: "tags: web\n");

        ProgramResult result = tree.Hook(["attach", "--clones"]);

        result.ShouldBe(
            new(0, "VM 100 (vm100): args points to /var/lib/lamboot/100.json; takes effect at its first start\n", "")
        );
        File.ReadAllText(tree.Config(100)).ShouldContain($"args: -a {HostTree.Args}100.json\n");
        File.ReadAllText(tree.Document(100)).ShouldContain("\"role\": \"webserver\"");
        File.ReadAllText(tree.Config(101)).ShouldNotContain("args");
        tree.Hook(["attach", "--clones"]).ShouldBe(new(0, "", ""));
    }

    /// <summary>Its store tells of its source's boot until it has started, whatever its args say by then.</summary>
    [Theory]
    [InlineData("--clones")]
    [InlineData("100")]
    public void Its_source_s_boot_is_not_told_as_its_own(string which)
    {
        using HostTree tree = Node().AddQm();
        tree.AddVm(100, "crash-255", OfSource);
        tree.Monitor("--vmid", "100", "--json").Output.ShouldContain("\"error\": \"not-started: ");

        tree.Hook(["attach", which]).ExitCode.ShouldBe(0);

        File.ReadAllText(tree.Config(100)).ShouldContain($"{HostTree.Args}100.json");
        tree.Monitor("--vmid", "100", "--json").Output.ShouldContain("\"error\": \"not-started: ");
        CorpusImage.Get("confirmed-4m").WriteTo(tree.ImagePath(100));
        tree.Monitor("--vmid", "100", "--json").Output.ShouldContain("\"status\": \"healthy\"");
    }

    [Fact]
    public void A_boot_of_its_own_stays_its_own()
    {
        using HostTree tree = Node();
        tree.AddVm(100, "confirmed-4m", OfSource);
        tree.WasConfirmed(100);

        tree.Hook(["attach", "--clones"]).ExitCode.ShouldBe(0);

        tree.Monitor("--vmid", "100", "--json").Output.ShouldContain("\"status\": \"healthy\"");
    }

    [Fact]
    public void One_that_is_locked_or_being_started_is_left_for_later()
    {
        using HostTree tree = Node();
        tree.AddVm(100, more: OfSource + "lock: clone\n");
        tree.AddVm(101, more: OfSource);
        string before = File.ReadAllText(tree.Config(101));
        using (HeldLock held = new(tree, 101))
        {
            tree.Hook(["attach", "--clones"]).ShouldBe(new(0, "", ""));
            File.ReadAllText(tree.Config(101)).ShouldBe(before);
        }

        tree.Hook(["attach", "--clones"]).Output.ShouldStartWith("VM 101 (vm101): args points to ");
    }

    [Fact]
    public void A_dry_run_changes_nothing()
    {
        using HostTree tree = Node();
        tree.AddVm(100, more: OfSource);
        Dictionary<string, string> before = tree.Snapshot();

        tree.Hook(["attach", "--clones", "--dry-run"])
            .Output.ShouldBe("VM 100 (vm100): would write /var/lib/lamboot/100.json and point args to it\n");

        tree.Snapshot().ShouldBe(before);
    }

    [Fact]
    public void A_configuration_that_has_not_changed_is_not_read_again()
    {
        using HostTree tree = Node();
        for (int vmid = 100; vmid < 120; vmid++)
        {
            tree.AddVm(vmid);
            File.SetLastWriteTimeUtc(tree.Config(vmid), DateTime.UtcNow.AddMinutes(-1));
        }

        Opened(tree).ShouldBe(20);
        Opened(tree).ShouldBe(0);
        tree.AddVm(105, more: OfSource);
        Opened(tree).ShouldBeInRange(1, 4); // it is read again under the lock
        File.ReadAllText(tree.Config(105)).ShouldContain("105.json");
    }

    [Fact]
    public void No_channel_is_named_that_the_nodes_QEMU_does_not_know()
    {
        using HostTree tree = Node();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + "[hookscript]\nchannels = [\"smbios\"]\n");
        tree.AddScript("/usr/bin/kvm", "echo QEMU emulator version 7.2.22\n");
        tree.AddVm(100, more: OfSource);
        string before = File.ReadAllText(tree.Config(100));

        ProgramResult result = tree.Hook(["attach", "--clones"]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("channel smbios needs QEMU 10 or later");
        File.ReadAllText(tree.Config(100)).ShouldBe(before);
    }

    private static HostTree Node()
    {
        HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        return tree;
    }

    /// <summary>How often the command opens configurations for reading.</summary>
    private static int Opened(HostTree tree)
    {
        ProgramResult result = ProgramResult.Run(
            "strace",
            ["-f", "-e", "trace=open,openat", Repository.File("out", "bin", "lamboot-hook"), "attach", "--clones"],
            ("LAMBOOT_ROOT", tree.Root)
        );
        result.ExitCode.ShouldBe(0, result.Error);
        return result
            .Error.Split('\n')
            .Count(line =>
                line.Contains(".conf\"", StringComparison.Ordinal)
                && line.Contains("qemu-server/1", StringComparison.Ordinal)
            );
    }
}
