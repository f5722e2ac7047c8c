using System.Globalization;

namespace LamBoot.Monitor.Tests.Watch;

/// <summary>A real terminal of a given size: tmux, with its own server.</summary>
internal sealed class Tmux : IDisposable
{
    private const string Prompt = "===";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _socket;

    /// <summary>Runs a monitor command in it. The test is skipped if there is no tmux.</summary>
    public Tmux(HostTree tree, int columns, int rows, string arguments)
    {
        _socket = tree.Path(string.Create(CultureInfo.InvariantCulture, $"/tmux-{columns}")); // a tmux server that ends removes its own socket late
        Assert.SkipUnless(File.Exists("/usr/bin/tmux"), "tmux is not installed");
        string program = Repository.File("out", "bin", "lamboot-pve-monitor");
        string command = $"LAMBOOT_ROOT='{tree.Root}' '{program}' {arguments}; echo {Prompt}; exec sleep 600";
        string[] size =
        [
            "-x",
            columns.ToString(CultureInfo.InvariantCulture),
            "-y",
            rows.ToString(CultureInfo.InvariantCulture),
        ];
        Run(["-f", "/dev/null", "new-session", "-d", .. size, command]);
    }

    /// <summary>Its content, including what has scrolled off, once it shows a text.</summary>
    public string[] Lines(string awaited = Prompt)
    {
        string[] lines = [];
        SpinWait.SpinUntil(
            () =>
            {
                Thread.Sleep(50);
                lines = Run(["capture-pane", "-p", "-S", "-"]).TrimEnd('\n').Split('\n');
                return lines.Any(line => line.Contains(awaited, StringComparison.Ordinal));
            },
            Patience
        );
        return [.. lines.TakeWhile(line => line != Prompt)];
    }

    public void Dispose() => Run(["kill-server"]);

    private string Run(string[] arguments) =>
        ProgramResult.Run("tmux", ["-u", "-S", _socket, .. arguments], ("TERM", "xterm"), ("LC_ALL", "C.UTF-8")).Output;
}
