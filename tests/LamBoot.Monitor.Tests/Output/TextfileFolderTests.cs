using System.Diagnostics;
using LamBoot.Monitor.Output;

namespace LamBoot.Monitor.Tests.Output;

/// <summary><c>--textfile auto</c>: the folder that the node's node_exporter reads.</summary>
public sealed class TextfileFolderTests
{
    private const string Debians = "/var/lib/prometheus/node-exporter";

    [Theory]
    [InlineData("/srv/x", "/usr/bin/prometheus-node-exporter", "--collector.textfile.directory=/srv/x")]
    [InlineData("/srv/x", "node_exporter", "--web.listen-address=:9100", "--collector.textfile.directory", "/srv/x")]
    [InlineData("/srv/x", "node_exporter", "-collector.textfile.directory=/srv/x")]
    [InlineData(null, "node_exporter", "--collector.textfile.directory=relative")]
    [InlineData(null, "node_exporter", "--collector.textfile.directory")]
    [InlineData(null, "node_exporter")]
    [InlineData(null, "vi", "--collector.textfile.directory=/srv/x")]
    [InlineData(null)]
    public void A_command_line_names_it(string? folder, params string[] arguments) =>
        TextfileFolder.FolderOf(arguments).ShouldBe(folder);

    [Fact]
    public void Debians_is_the_usual_one()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Monitor("--textfile", "auto")
            .ShouldBe(
                new(
                    1,
                    "",
                    $"lamboot-pve-monitor: --textfile auto: no such directory: {tree.Path(Debians)}: install prometheus-node-exporter, or name the file\n"
                )
            );
        Directory.CreateDirectory(tree.Path(Debians));

        tree.Monitor("--textfile", "auto").ShouldBe(new(0, "", ""));

        File.ReadAllText(tree.Path(Debians + "/lamboot.prom")).ShouldContain("lamboot_monitor_up 1\n");
    }

    /// <summary>A process whose folder others can write to is ignored: anyone can give a process that name.</summary>
    [Theory]
    [InlineData(UnixFileMode.None, true)]
    [InlineData(UnixFileMode.OtherWrite, false)]
    public void A_running_one_says_it(UnixFileMode more, bool isTaken)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        string folder = "/srv/" + Path.GetFileName(tree.Root);
        Directory.CreateDirectory(tree.Path(folder));
        File.SetUnixFileMode(tree.Path(folder), (UnixFileMode)0x1ed | more);
        Directory.CreateDirectory(tree.Path(Debians));
        using Process exporter = Process.Start(
            "/bin/bash",
            ["-c", "exec -a node_exporter sh -c 'sleep 60; :' sh --collector.textfile.directory=\"$1\"", "sh", folder]
        );
        try
        {
            SpinWait.SpinUntil(
                () =>
                    File.ReadAllText($"/proc/{exporter.Id}/cmdline")
                        .StartsWith("node_exporter", StringComparison.Ordinal),
                TimeSpan.FromSeconds(10)
            );

            tree.Monitor("--textfile", "auto").ShouldBe(new(0, "", ""));

            File.Exists(tree.Path((isTaken ? folder : Debians) + "/lamboot.prom")).ShouldBeTrue();
        }
        finally
        {
            exporter.Kill(entireProcessTree: true);
        }
    }
}
