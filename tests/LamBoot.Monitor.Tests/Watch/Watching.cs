using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace LamBoot.Monitor.Tests.Watch;

/// <summary>A running <c>lamboot-pve-monitor --watch</c>.</summary>
internal sealed class Watching : IDisposable
{
    /// <summary>As an argument: use the interval from fleet.toml.</summary>
    public const string ByFleetToml = "";

    private static readonly string[] Often = ["--interval", "1"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _metrics;
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task<string> _error;

    public Watching(HostTree tree, string[] arguments, params (string Name, string Value)[] environment)
    {
        _metrics = tree.Path("/surveys.prom");
        ProcessStartInfo start = new(
            Repository.File("out", "bin", "lamboot-pve-monitor"),
            [
                "--watch",
                .. arguments.Contains("--textfile") ? (string[])[] : ["--textfile", _metrics],
                .. arguments.Contains("--interval") || arguments.Contains(ByFleetToml) ? [] : Often,
                .. arguments.Where(argument => argument != ByFleetToml),
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LAMBOOT_ROOT"] = tree.Root;
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
        _ = Task.Run(async () =>
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                await _lines.Writer.WriteAsync(line);
            }

            _lines.Writer.Complete();
        });
    }

    public int Id => _process.Id;

    /// <summary>The next line that it prints, without its time.</summary>
    public async Task<string> Line(TimeSpan? patience = null)
    {
        using CancellationTokenSource end = new(patience ?? Patience);
        string line = await _lines.Reader.ReadAsync(end.Token);
        return Golden.HideNow(line);
    }

    /// <summary>Waits for this many more surveys, whatever they could read.</summary>
    public async Task Surveys(int count)
    {
        using CancellationTokenSource end = new(Patience);
        for (DateTime last = File.GetLastWriteTimeUtc(_metrics); count > 0; count--)
        {
            DateTime before = last;
            while ((last = File.GetLastWriteTimeUtc(_metrics)) == before)
            {
                await Task.Delay(10, end.Token);
            }
        }
    }

    /// <summary>Ends it.</summary>
    /// <returns>The rest of its output, and its exit code.</returns>
    public async Task<ProgramResult> End(string signal)
    {
        ProgramResult.Run("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        using CancellationTokenSource end = new(Patience);
        await _process.WaitForExitAsync(end.Token);
        List<string> rest = [];
        await foreach (string line in _lines.Reader.ReadAllAsync(end.Token))
        {
            rest.Add(line);
        }

        return new(_process.ExitCode, string.Join('\n', rest), await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
