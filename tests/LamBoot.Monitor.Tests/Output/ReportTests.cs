using System.Xml.Linq;
using LamBoot.Monitor.Tests.Alerts;
using LamBoot.Monitor.Tests.Survey;

namespace LamBoot.Monitor.Tests.Output;

/// <summary>The files that a survey is written to: metrics that Prometheus takes, and a page that shows what guests wrote and no more.</summary>
public sealed class ReportTests
{
    public static readonly TheoryData<string> HostileEntries =
    [
        "\u001b[2J\u001b]0;owned\u0007",
        "a\"b\\c\nlamboot_vm_crashes{vmid=\"999\"} 1\n",
        "\u202eevil\u2066\u200b",
        new string('%', 128),
        "</title><script>document.title='owned'</script><img src=x onerror=document.title='owned'>",
        "'\"><svg onload=alert(1)>&amp;",
    ];

    [Fact]
    public void Metrics()
    {
        using HostTree tree = Node();

        tree.Monitor("--textfile", tree.Path("/lamboot.prom")).ShouldBe(new(0, "", ""));

        string text = File.ReadAllText(tree.Path("/lamboot.prom"));
        HideChanging(text).ShouldBeGolden(tree);
    }

    /// <summary>A program that runs once each time counts nothing: the figure is the last survey's.</summary>
    [Fact]
    public void Errors_are_a_gauge()
    {
        using HostTree tree = Node();

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

    /// <summary>One output that fails keeps nobody from the others, and counts.</summary>
    [Fact]
    public void Each_output_stands_for_itself()
    {
        using HostTree tree = Node();
        using Receiver receiver = new();

        ProgramResult result = tree.Monitor(
            "--webhook",
            receiver.Url,
            "--json",
            "--textfile",
            tree.Path("/none/m.prom"),
            "--html",
            tree.Path("/page.html")
        );

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith($"lamboot-pve-monitor: cannot open {tree.Path("/none/m.prom")}");
        result.Error.Split('\n').Length.ShouldBe(2);
        result.Output.ShouldStartWith("[");
        File.ReadAllText(tree.Path("/page.html")).ShouldContain("vm101");
        receiver.Next().Body.ShouldContain("VM 101 (vm101) on pve1 is critical");
    }

    [Theory]
    [InlineData("--textfile")]
    [InlineData("--html")]
    public void A_device_is_written_to_and_stays_one(string option)
    {
        using HostTree tree = Node();
        string device = tree.Path("/null");
        ProgramResult made = ProgramResult.Shell("mknod \"$1\" c 1 3", device);
        Assert.SkipUnless(made.ExitCode == 0, "no device can be made here: " + made.Error);

        tree.Monitor(option, device).ExitCode.ShouldBe(0);

        ProgramResult.Shell("stat -c %F \"$1\"", device).Output.ShouldBe("character special file\n");
    }

    [Fact]
    public void Metrics_may_go_to_standard_output()
    {
        using HostTree tree = Node();

        ProgramResult result = tree.Monitor("--textfile", "-");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldStartWith("# HELP lamboot_vm_info ");
    }

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    public void What_cannot_be_written_to_standard_output_counts(string option)
    {
        using HostTree tree = Node();

        ProgramResult
            .Shell("LAMBOOT_ROOT=\"$2\" \"$1\" $3 >/dev/full", Program, tree.Root, option)
            .ExitCode.ShouldBe(1);
        ProgramResult
            .Shell("LAMBOOT_ROOT=\"$2\" \"$1\" --exit-code --vmid 100 $3 >/dev/full", Program, tree.Root, option)
            .ExitCode.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(HostileEntries))]
    public void No_output_has_what_a_guest_wrote_raw(string entry)
    {
        using HostTree tree = new();
        tree.AddVm(100, more: "hookscript: local:snippets/lamboot-hook\n");
        HostileStore.Write(tree.ImagePath(100), entry);
        tree.Phase(100, "post-stop"); // into the log, which the page shows

        tree.Monitor("--textfile", tree.Path("/m.prom"), "--html", tree.Path("/p.html")).Error.ShouldBe("");
        string table = tree.Monitor().Output;
        string metrics = File.ReadAllText(tree.Path("/m.prom"));
        string page = File.ReadAllText(tree.Path("/p.html"));

        foreach (string output in new[] { table, metrics, page })
        {
            output.Where(c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
            output.ShouldNotContain("\u202e");
            output.ShouldNotContain("\u200b");
        }

        table.Split('\n').Length.ShouldBe(4);
        metrics
            .Split('\n')
            .ShouldAllBe(line => !line.Contains("999", StringComparison.Ordinal) || line.Contains("last_entry"));
        page.ShouldNotContain("<script");
        page.ShouldNotContain("<img");
        page.ShouldNotContain("<svg");
        page.Split("<tr>").Length.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(HostileEntries))]
    public void Promtool_takes_the_metrics(string entry)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool cannot be installed here");
        using HostTree tree = Node();
        HostileStore.Write(tree.ImagePath(100), entry);
        tree.Monitor("--textfile", tree.Path("/m.prom"));

        ProgramResult result = ProgramResult.Shell("promtool check metrics <\"$1\"", tree.Path("/m.prom"));

        result.ShouldBe(new(0, "", ""));
    }

    /// <summary>A real browser sees the names as text, runs nothing, and asks nobody for anything.</summary>
    [Fact]
    public void A_browser_shows_the_page()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/chromium"), "Chromium cannot be installed here");
        using HostTree tree = Node();
        string entry = HostileEntries
            .Select(row => row.Data)
            .First(text => text.Contains("<script>", StringComparison.Ordinal));
        HostileStore.Write(tree.ImagePath(100), entry);
        tree.Phase(100, "post-stop");
        tree.Monitor("--html", tree.Path("/page.html"));

        string shown = Browse(tree, "--dump-dom");
        Browse(tree, "--window-size=390,800", $"--screenshot={tree.Path("/phone.png")}");

        shown.ShouldContain("<title>pve1: boot health</title>");
        shown.ShouldContain("&lt;script&gt;document.title='owned'&lt;/script&gt;");
        new FileInfo(tree.Path("/phone.png")).Length.ShouldBeGreaterThan(5_000);
    }

    [Fact]
    public void The_page_has_a_strip_of_each_VMs_boots()
    {
        using HostTree tree = Node();
        tree.Phase(100, "post-stop");
        CorpusImage.Get("crash-255").WriteTo(tree.ImagePath(100));
        tree.Phase(100, "post-stop");
        File.AppendAllText(tree.Log, "{\"cut off");

        tree.Monitor("--vmid", "100", "--html", tree.Path("/page.html"));

        string page = File.ReadAllText(tree.Path("/page.html"));
        XElement strip = XElement.Parse(
            page[page.IndexOf("<span class=\"strip\">", StringComparison.Ordinal)..].Split("</td>")[0]
        );
        strip.Elements().Select(boot => boot.Attribute("class")!.Value).ShouldBe(["healthy", "critical"]);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_said()
    {
        using HostTree tree = Node();

        ProgramResult result = tree.Monitor("--textfile", tree.Path("/none/m.prom"));

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith($"lamboot-pve-monitor: cannot open {tree.Path("/none/m.prom")}");
    }

    private static string Program => Repository.File("out", "bin", "lamboot-pve-monitor");

    private static string Browse(HostTree tree, params string[] arguments)
    {
        string[] quiet =
        [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            $"--user-data-dir={tree.Path("/chromium")}",
        ];
        ProgramResult result = ProgramResult.Run(
            "chromium",
            [.. quiet, .. arguments, "file://" + tree.Path("/page.html")]
        );
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Output;
    }

    private static HostTree Node()
    {
        HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.AddVm(100, "single-00-4m-ok");
        tree.AddVm(101, "crash-255");
        tree.AddVm(102, more: $"args: {HostTree.Args}102.json\n"); // its image is missing
        return tree;
    }

    /// <summary>The metrics without what each run has of its own.</summary>
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
