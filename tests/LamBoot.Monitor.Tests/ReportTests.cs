using System.Xml.Linq;

namespace LamBoot.Monitor.Tests;

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

    [Fact]
    public void The_counter_of_errors_goes_on_after_a_restart()
    {
        using HostTree tree = Node();

        for (int run = 1; run <= 2; run++)
        {
            tree.Monitor("--textfile", tree.Path("/lamboot.prom"));

            File.ReadAllText(tree.Path("/lamboot.prom")).ShouldContain($"\nlamboot_monitor_read_errors_total {run}\n");
        }
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
