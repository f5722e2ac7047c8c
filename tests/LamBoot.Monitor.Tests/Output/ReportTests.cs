using LamBoot.Monitor.Tests.Alerts;
using LamBoot.Monitor.Tests.Survey;

namespace LamBoot.Monitor.Tests.Output;

/// <summary>The files that a survey is written to: independent, with guest-written text made printable.</summary>
public sealed class ReportTests
{
    /// <summary>A failed output does not affect the others, but counts.</summary>
    [Fact]
    public void Each_output_stands_for_itself()
    {
        using HostTree tree = ReportNode.Node();
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

    /// <summary>The log adds the past to a page; without it, the page still has the present.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_log_that_cannot_be_read_costs_no_page(bool isFirst)
    {
        using HostTree tree = ReportNode.Node();
        if (!isFirst)
        {
            tree.Monitor().ExitCode.ShouldBe(0);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(tree.Log)!);
        File.CreateSymbolicLink(tree.Log, "/etc/hostname");

        ProgramResult result = tree.Monitor("--html", tree.Path("/page.html"));

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldBe(
            $"lamboot-pve-monitor: {tree.Log} is a symbolic link, which is not followed; put a real file there"
                + "; SINCE and the boots shown are without the health log\n"
        );
        File.ReadAllText(tree.Path("/page.html")).ShouldContain("vm101");
        tree.Monitor("--json", "--boots").Output.ShouldContain("\"boots\": []");
    }

    [Theory]
    [InlineData("--textfile")]
    [InlineData("--html")]
    public void A_device_is_written_to_and_stays_one(string option)
    {
        using HostTree tree = ReportNode.Node();
        string device = tree.Path("/null");
        ProgramResult made = ProgramResult.Shell("mknod \"$1\" c 1 3", device);
        Assert.SkipUnless(made.ExitCode == 0, "no device can be made here: " + made.Error);

        tree.Monitor(option, device).ExitCode.ShouldBe(0);

        ProgramResult.Shell("stat -c %F \"$1\"", device).Output.ShouldBe("character special file\n");
    }

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    public void What_cannot_be_written_to_standard_output_counts(string option)
    {
        using HostTree tree = ReportNode.Node();

        ProgramResult
            .Shell("LAMBOOT_ROOT=\"$2\" \"$1\" $3 >/dev/full", Program, tree.Root, option)
            .ExitCode.ShouldBe(1);
        ProgramResult
            .Shell("LAMBOOT_ROOT=\"$2\" \"$1\" --exit-code --vmid 100 $3 >/dev/full", Program, tree.Root, option)
            .ExitCode.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(ReportNode.HostileEntries), MemberType = typeof(ReportNode))]
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
        metrics.ShouldNotMatch("""999["\\]"""); // from the entry's name, which is not a label; a time may contain 999
        page.ShouldNotContain("<script");
        page.ShouldNotContain("<img");
        page.ShouldNotContain("<svg onload");
        page.Split("<svg").Length.ShouldBe(3); // the dates, and the VM's strip
        page.Split("<div class=\"who\">").Length.ShouldBe(2);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_said()
    {
        using HostTree tree = ReportNode.Node();

        ProgramResult result = tree.Monitor("--textfile", tree.Path("/none/m.prom"));

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith($"lamboot-pve-monitor: cannot open {tree.Path("/none/m.prom")}");
    }

    private static string Program => Repository.File("out", "bin", "lamboot-pve-monitor");
}
