namespace LamBoot.Monitor.Tests.Alerts;

/// <summary>The examples for <c>[monitor] run</c>, with the tests' <c>qm</c>, which checks locks and digests like Proxmox VE's.</summary>
public sealed class OnChangeExampleTests
{
    /// <summary>On when it is critical, off when it recovers, as run by the monitor.</summary>
    [Theory]
    [InlineData("", "tags: lamboot-critical", null)]
    [InlineData("tags: web;db\n", "tags: web;db;lamboot-critical", "tags: web;db")]
    [InlineData("tags: web, LamBoot-Critical\n[snap]\ntags: old\n", "tags: web;lamboot-critical", "tags: web")]
    public void A_tag_shows_that_it_is_critical(string config, string? critical, string? recovered)
    {
        using HostTree tree = Node("tag-vm");
        tree.AddVm(100, "panic-255", config);

        Monitor(tree).ShouldBe(new(0, "", ""));

        Tags(tree).ShouldBe(critical);
        CorpusImage.Get("confirmed-4m").WriteTo(tree.ImagePath(100));
        Monitor(tree).ShouldBe(new(0, "", ""));
        Tags(tree).ShouldBe(recovered);
        File.ReadAllText(tree.Config(100))
            .Contains("[snap]\ntags: old", StringComparison.Ordinal)
            .ShouldBe(config.Contains("[snap]", StringComparison.Ordinal));
    }

    /// <summary>Someone sets another tag between its read and its write.</summary>
    [Fact]
    public void A_tag_that_was_set_meanwhile_stays()
    {
        using HostTree tree = Node("tag-vm");
        tree.AddVm(100, "panic-255", "tags: web\n");
        string real = Repository.File("tests", "e2e", "qm");
        tree.AddScript(
            QmTree.Qm,
            $"[ -e \"$LAMBOOT_ROOT/done\" ] || {{ touch \"$LAMBOOT_ROOT/done\"; sed -i 's/^tags: web/&;mine/' \"$LAMBOOT_ROOT/etc/pve/qemu-server/100.conf\"; }}\nexec {real} \"$@\"\n"
        );

        Monitor(tree).ExitCode.ShouldBe(0);

        Tags(tree).ShouldBe("tags: web;mine;lamboot-critical");
    }

    [Theory]
    [InlineData("tag-vm", "test", 0)]
    [InlineData("tag-vm", "resolved", 0)] // the VM has left the node
    [InlineData("tag-vm", "critical", 1)]
    [InlineData("stop-after-crashes", "test", 0)]
    [InlineData("stop-after-crashes", "resolved", 0)]
    public void Nothing_is_done_to_a_VM_that_is_not_there(string example, string change, int exitCode)
    {
        using HostTree tree = Node(example);

        ProgramResult result = Run(tree, example, change, "{}");

        result.ExitCode.ShouldBe(exitCode);
        result.Output.ShouldBe("");
    }

    /// <summary>N consecutive unconfirmed boots, or N times critical within a day.</summary>
    [Theory]
    [InlineData("running", 3, 1)]
    [InlineData("running", 0, 3)]
    [InlineData("running", 2, 3)]
    [InlineData("stopped", 3, 0)]
    public void A_VM_that_crashes_again_and_again_is_stopped(string power, int crashes, int runs)
    {
        using HostTree tree = Node("stop-after-crashes");
        tree.AddScript(QmTree.Qm, "echo \"$@\" >>\"$LAMBOOT_ROOT/qm\"\n");
        // Quotes in a guest's text are escaped.
        string record =
            $$"""{"last_entry":"\"crash_count\":9,\"qmp_status\":\"stopped\"","crash_count":{{crashes}},"qmp_status":"{{power}}"}""";

        for (int run = 1; run <= 3; run++)
        {
            Run(tree, "stop-after-crashes", "critical", record).ShouldBe(new(0, "", ""));
            bool isStopped = File.Exists(tree.Path("/qm"));
            isStopped.ShouldBe(runs > 0 && run >= runs, $"after {run}");
        }

        if (runs > 0)
        {
            File.ReadAllLines(tree.Path("/qm"))[0].ShouldBe("stop 100");
        }
    }

    [Fact]
    public void They_are_executable()
    {
        foreach (string example in (string[])["tag-vm", "stop-after-crashes"])
        {
            File.GetUnixFileMode(Example(example)).HasFlag(UnixFileMode.OtherExecute).ShouldBeTrue();
        }
    }

    private static ProgramResult Run(HostTree tree, string example, string change, string record) =>
        ProgramResult.Run(
            "/bin/sh",
            ["-c", "printf '%s\\n' \"$1\" | \"$2\"", "sh", record, Example(example)],
            [
                .. Environment(tree),
                ("LAMBOOT_EVENT", change),
                ("LAMBOOT_VMID", "100"),
                ("LAMBOOT_VERDICT", "crash-loop"),
                ("LAMBOOT_REASON", "crash loop"),
            ]
        );

    private static ProgramResult Monitor(HostTree tree) =>
        ProgramResult.Run(
            Repository.File("out", "bin", "lamboot-pve-monitor"),
            ["--notify", "--html", "/dev/null"],
            Environment(tree)
        );

    private static (string Name, string Value)[] Environment(HostTree tree) =>
        [("LAMBOOT_ROOT", tree.Root), ("PATH", tree.Path("/usr/sbin") + ":/usr/sbin:/usr/bin:/sbin:/bin")];

    private static string? Tags(HostTree tree) =>
        File.ReadLines(tree.Config(100))
            .TakeWhile(line => !line.StartsWith('['))
            .SingleOrDefault(line => line.StartsWith("tags:", StringComparison.Ordinal));

    private static string Example(string name) => Repository.File("etc-examples", "on-change", name);

    private static HostTree Node(string example)
    {
        HostTree tree = new HostTree().AddQm();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + "[monitor]\nrun = \"/etc/lamboot/on-change\"\n");
        File.CreateSymbolicLink(tree.Path("/etc/lamboot/on-change"), Example(example));
        return tree;
    }
}
