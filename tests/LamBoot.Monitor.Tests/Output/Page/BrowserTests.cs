using LamBoot.Monitor.Tests.Survey;

namespace LamBoot.Monitor.Tests.Output.Page;

/// <summary>The page, in a browser.</summary>
public sealed class BrowserTests
{
    /// <summary>A real browser shows the names as text, runs nothing, and requests nothing.</summary>
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

        string shown = Browse(tree, "", "--dump-dom");
        Browse(tree, "", "--window-size=390,800", $"--screenshot={tree.Path("/phone.png")}");

        shown.ShouldContain("<title>2 critical, pve1: boot health</title>");
        shown.ShouldContain("&lt;script&gt;document.title='owned'&lt;/script&gt;");
        new FileInfo(tree.Path("/phone.png")).Length.ShouldBeGreaterThan(5_000);
    }

    /// <summary>Without a script: a tile links to itself, and the style shows the VMs that it counts.</summary>
    [Fact]
    public void A_tile_shows_its_VMs_alone()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/chromium"), "Chromium cannot be installed here");
        using HostTree tree = ReportNode.Node();
        tree.Monitor("--html", tree.Path("/page.html"));

        byte[] all = Shoot(tree, "");
        byte[] none = Shoot(tree, "#warning");

        Shoot(tree, "#all").ShouldBe(all);
        Shoot(tree, "#critical").ShouldNotBe(all);
        none.ShouldNotBe(all);
        none.Length.ShouldBeLessThan(all.Length * 9 / 10); // three rows fit in a line
    }

    private static byte[] Shoot(HostTree tree, string where)
    {
        Browse(tree, where, "--window-size=1000,700", "--hide-scrollbars", $"--screenshot={tree.Path("/shot.png")}");
        return File.ReadAllBytes(tree.Path("/shot.png"));
    }

    private static string Browse(HostTree tree, string where, params string[] arguments)
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
            [.. quiet, .. arguments, "file://" + tree.Path("/page.html") + where]
        );
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Output;
    }
}
