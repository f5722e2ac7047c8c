using LamBoot.Monitor.Tests.Survey;

namespace LamBoot.Monitor.Tests.Output;

/// <summary>The metrics, which Prometheus accepts.</summary>
public sealed class MetricsTests
{
    [Fact]
    public void Metrics()
    {
        using HostTree tree = ReportNode.Node();

        tree.Monitor("--textfile", tree.Path("/lamboot.prom")).ShouldBe(new(0, "", ""));

        string text = File.ReadAllText(tree.Path("/lamboot.prom"));
        HideChanging(text).ShouldBeGolden(tree);
    }

    /// <summary>A program that runs once at a time has no counters: the value is that of the last survey.</summary>
    [Fact]
    public void Errors_are_a_gauge()
    {
        using HostTree tree = ReportNode.Node();

        for (int run = 1; run <= 2; run++)
        {
            tree.Monitor("--textfile", tree.Path("/lamboot.prom"));

            string text = File.ReadAllText(tree.Path("/lamboot.prom"));
            text.ShouldContain("\n# TYPE lamboot_monitor_read_errors gauge\nlamboot_monitor_read_errors 1\n");
        }
    }

    [Fact]
    public void A_VM_without_a_store_is_not_unreadable()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/qemu-server/100.conf", $"bios: ovmf\nargs: {HostTree.Args}100.json\n");
        tree.Write("/etc/pve/qemu-server/101.conf", $"args: {HostTree.Args}101.json\n");
        tree.AddVm(102, more: $"args: {HostTree.Args}102.json\n"); // its image is missing

        tree.Monitor("--textfile", tree.Path("/m.prom"));

        string[] readable =
        [
            .. File.ReadLines(tree.Path("/m.prom"))
                .Where(line => line.StartsWith("lamboot_vm_readable{", StringComparison.Ordinal)),
        ];
        readable.ShouldBe(["lamboot_vm_readable{vmid=\"102\"} 0"]);
    }

    /// <summary>Empty flash and the store of a clone's source were read: there is only nothing in them about the VM.</summary>
    [Fact]
    public void A_store_that_says_nothing_yet_is_not_unreadable()
    {
        using HostTree tree = new();
        tree.AddVm(100, more: $"args: {HostTree.Args}100.json\n");
        tree.AddVm(101, more: $"args: {HostTree.Args}101.json\n");
        tree.AddVm(102, "confirmed-4m", $"args: {HostTree.Args}900.json\n"); // a clone that has not started
        tree.AddVm(103, "confirmed-4m", $"args: {HostTree.Args}103.json\n"); // only its header is erased
        Flash(100, new byte[0x84000]);
        Flash(101, [.. Enumerable.Repeat((byte)0xff, 0x84000)]);
        byte[] damaged = File.ReadAllBytes(tree.ImagePath(103));
        damaged.AsSpan(0, 0x1000).Fill(0xff);
        Flash(103, damaged);

        string metrics = tree.Monitor("--textfile", "-").Output;

        metrics.ShouldContain(
            "lamboot_vm_readable{vmid=\"100\"} 1\nlamboot_vm_readable{vmid=\"101\"} 1\n"
                + "lamboot_vm_readable{vmid=\"102\"} 1\nlamboot_vm_readable{vmid=\"103\"} 0\n"
        );
        metrics.ShouldContain("\nlamboot_monitor_read_errors 1\n");
        metrics.ShouldContain("lamboot_vm_verdict{vmid=\"100\",verdict=\"no-lamboot\"} 1\n");
        tree.Monitor("--nagios", "--vmid", "100", "--vmid", "101").ExitCode.ShouldBe(0);
        tree.Monitor("--nagios", "--vmid", "103").ExitCode.ShouldBe(3);
        tree.Monitor("--json", "--vmid", "101").Output.ShouldContain("\"error\": \"erased: ");

        void Flash(int vmid, byte[] image)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(tree.ImagePath(vmid))!);
            File.WriteAllBytes(tree.ImagePath(vmid), image);
        }
    }

    [Fact]
    public void Metrics_may_go_to_standard_output()
    {
        using HostTree tree = ReportNode.Node();

        ProgramResult result = tree.Monitor("--textfile", "-");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldStartWith("# HELP lamboot_vm_info ");
    }

    [Theory]
    [MemberData(nameof(ReportNode.HostileEntries), MemberType = typeof(ReportNode))]
    public void Promtool_takes_the_metrics(string entry)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool cannot be installed here");
        using HostTree tree = ReportNode.Node();
        HostileStore.Write(tree.ImagePath(100), entry);
        tree.Monitor("--textfile", tree.Path("/m.prom"));

        ProgramResult result = ProgramResult.Shell("promtool check metrics <\"$1\"", tree.Path("/m.prom"));

        result.ShouldBe(new(0, "", ""));
    }

    /// <summary>The metrics without values that differ in each run.</summary>
    private static string HideChanging(string metrics) =>
        string.Join(
            '\n',
            metrics
                .Split('\n')
                .Select(line =>
                    line.StartsWith("lamboot_monitor_duration_seconds", StringComparison.Ordinal)
                    || line.StartsWith("lamboot_monitor_last_run", StringComparison.Ordinal)
                        ? line.Split(' ')[0] + " …"
                        : line
                )
        );
}
