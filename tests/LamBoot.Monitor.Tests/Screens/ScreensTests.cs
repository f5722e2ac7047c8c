using System.Diagnostics;

namespace LamBoot.Monitor.Tests.Screens;

/// <summary>The consoles of critical VMs on the page.</summary>
public sealed class ScreensTests
{
    private const string Picture = "src=\"data:image/png;base64,iVBORw0KGgo";

    [Fact]
    public void The_console_of_a_critical_VM_is_on_the_page_until_it_recovers()
    {
        Assert.SkipUnless(RealQemu.IsHere, "QEMU cannot be installed here");
        using HostTree tree = Node();
        using (RealQemu qemu = new(tree, 101))
        {
            Page(tree).ShouldContain(Picture);
            qemu.IsRunning.ShouldBeTrue();
        }

        File.GetUnixFileMode(Kept(tree, 101)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Exists(Kept(tree, 100)).ShouldBeFalse("VM 100 is healthy");
        Page(tree).ShouldContain(Picture, customMessage: "it has stopped: what it showed last stays");

        CorpusImage.Get("confirmed-4m").WriteTo(tree.ImagePath(101));
        Page(tree).ShouldNotContain(Picture);
        File.Exists(Kept(tree, 101)).ShouldBeFalse();
    }

    [Fact]
    public void What_a_VM_that_is_gone_showed_goes_too()
    {
        using HostTree tree = Node();
        Keep(tree, 900);
        Keep(tree, 101);

        tree.Monitor("--vmid", "100", "--html", tree.Path("/page.html")); // says nothing about others
        (File.Exists(Kept(tree, 900)), File.Exists(Kept(tree, 101))).ShouldBe((true, true));

        Page(tree);
        (File.Exists(Kept(tree, 900)), File.Exists(Kept(tree, 101))).ShouldBe((false, true));
    }

    /// <summary>The VMID may have been another VM's, or it may be a different failure.</summary>
    [Fact]
    public void A_picture_of_before_the_trouble_is_not_shown()
    {
        using HostTree tree = Node();
        Page(tree); // sees it critical
        Keep(tree, 101);
        Page(tree).ShouldContain(Picture);

        File.SetLastWriteTimeUtc(Kept(tree, 101), DateTime.UtcNow.AddHours(-1));

        Page(tree).ShouldNotContain(Picture);
    }

    [Fact]
    public void A_link_in_its_place_is_not_read()
    {
        using HostTree tree = Node();
        Page(tree);
        Keep(tree, 101);
        File.Move(Kept(tree, 101), tree.Path("/secret.png"));
        File.CreateSymbolicLink(Kept(tree, 101), tree.Path("/secret.png"));

        Page(tree).ShouldNotContain(Picture);
    }

    [Fact]
    public void A_monitor_that_another_has_costs_half_a_second_and_the_page_says_so()
    {
        using HostTree tree = Node();
        using Process process = tree.RunQemu(101);
        using QmpServer server = new(tree, 101, _ => null, greets: false);
        Stopwatch watch = Stopwatch.StartNew();

        string page = Page(tree);

        process.Kill(entireProcessTree: true);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        page.ShouldContain("another program (such as Proxmox VE) is talking to it");
    }

    [Theory]
    [InlineData("", "--html", 2)] // whether it is running, and the screenshot
    [InlineData("", "--textfile", 1)] // nobody would see a screenshot
    [InlineData("lock: backup\n", "--html", 1)] // Proxmox VE is working on it
    public void A_picture_is_taken_where_somebody_is_shown_it(string more, string option, int clients)
    {
        using HostTree tree = Node(more);
        using Process process = tree.RunQemu(101);
        using QmpServer server = new(tree, 101, QmpServer.Usual);

        tree.Monitor(option, tree.Path("/out"));

        process.Kill(entireProcessTree: true);
        server.Clients.ShouldBe(clients);
    }

    private static HostTree Node(string more = "")
    {
        HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.AddVm(101, "panic-255", more);
        tree.WasConfirmed(101);
        return tree;
    }

    private static string Page(HostTree tree)
    {
        tree.Monitor("--html", tree.Path("/page.html")).Error.ShouldBe("");
        return File.ReadAllText(tree.Path("/page.html"));
    }

    private static string Kept(HostTree tree, int vmid) => tree.Path($"/run/lamboot/screens/{vmid}.png");

    private static void Keep(HostTree tree, int vmid)
    {
        Directory.CreateDirectory(tree.Path("/run/lamboot/screens"));
        File.WriteAllBytes(Kept(tree, vmid), [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0]);
    }
}
