using System.Xml.Linq;
using LamBoot.Monitor.Tests.Survey;

namespace LamBoot.Monitor.Tests.Output;

/// <summary>The page, in a browser.</summary>
public sealed class HtmlPageTests
{
    /// <summary>A real browser sees the names as text, runs nothing, and asks nobody for anything.</summary>
    [Fact]
    public void A_browser_shows_the_page()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/chromium"), "Chromium cannot be installed here");
        using HostTree tree = ReportNode.Node();
        string entry = ReportNode
            .HostileEntries.Select(row => row.Data)
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
        using HostTree tree = ReportNode.Node();
        tree.Phase(100, "post-stop");
        CorpusImage.Get("panic-255").WriteTo(tree.ImagePath(100));
        tree.Phase(100, "post-stop");
        File.AppendAllText(tree.Log, "{\"cut off");

        tree.Monitor("--vmid", "100", "--html", tree.Path("/page.html"));

        string page = File.ReadAllText(tree.Path("/page.html"));
        XElement strip = XElement.Parse(
            page[page.IndexOf("<span class=\"strip\">", StringComparison.Ordinal)..].Split("</td>")[0]
        );
        strip.Elements().Select(boot => boot.Attribute("class")!.Value).ShouldBe(["healthy", "critical"]);
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
}
