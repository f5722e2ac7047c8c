using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LamBoot.Monitor.Tests.Watch;

/// <summary>A node with 201 VMs in terminals of common widths: the worst are always visible, and nothing wraps unless requested.</summary>
public sealed partial class TerminalTests
{
    private const int Rows = 16;
    private static readonly int[] Widths = [60, 80, 120, 200];

    [Fact]
    public void The_watch_fits()
    {
        using HostTree tree = Node();
        StringBuilder screens = new();
        foreach (int width in Widths)
        {
            using Tmux terminal = new(tree, width, Rows, "--watch --interval 600");
            string[] lines = terminal.Lines("201 VMs:");
            lines.Length.ShouldBeLessThan(Rows);
            Keep(screens, width, lines);
        }

        screens.ToString().ShouldBeGolden(tree);
    }

    [Fact]
    public void A_watch_whose_rows_wrap_keeps_its_title_and_the_worst()
    {
        using HostTree tree = Node(sinceMinutes: 30);
        using Tmux terminal = new(tree, 80, Rows, "--watch --wide --interval 600");
        StringBuilder screen = new();

        Keep(screen, 80, terminal.Lines("201 VMs:"));

        screen.ToString().ShouldBeGolden(tree);
    }

    [Fact]
    public void The_table_fits()
    {
        using HostTree tree = Node();
        StringBuilder tables = new();
        foreach (int width in Widths)
        {
            using Tmux terminal = new(tree, width, Rows, "");
            string[] lines = terminal.Lines();
            lines.Length.ShouldBe(203); // none wrapped
            Keep(tables, width, [.. lines[..6], "…", .. lines[^2..]]);
        }

        tables.ToString().ShouldBeGolden(tree);
    }

    private static void Keep(StringBuilder all, int width, IReadOnlyList<string> lines) =>
        all.Append(CultureInfo.InvariantCulture, $"{width} columns\n").AppendJoin('\n', lines).Append("\n\n");

    /// <summary>A node with 201 VMs, three of which have been broken for hours.</summary>
    private static HostTree Node(int sinceMinutes = 210)
    {
        HostTree tree = new();
        tree.Write(
            "/etc/lamboot/fleet.toml",
            "schema_version = 1\n[fleet]\nid = \"f\"\n[tags]\ndatabase = [\"db\"]\nweb = [\"web\"]\n"
        );
        for (int vmid = 100; vmid <= 300; vmid++)
        {
            string image = vmid switch
            {
                120 => "single-00-4m-ok",
                240 or 255 => "panic-255",
                _ => "confirmed-4m",
            };
            tree.AddVm(vmid, image, vmid % 3 == 0 ? "tags: db\n" : "tags: web\n");
        }

        tree.Monitor().ExitCode.ShouldBe(0);
        const string Samples = "/run/lamboot/monitor-boots";
        long then = DateTimeOffset.UtcNow.AddMinutes(-sinceMinutes).ToUnixTimeSeconds();
        tree.Write(Samples, Time().Replace(File.ReadAllText(tree.Path(Samples)), $":{then} {then}:"));
        return tree;
    }

    [GeneratedRegex(@":\d{10} \d{10}:")]
    private static partial Regex Time();
}
