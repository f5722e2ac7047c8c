using System.Text.Json;

namespace LamBoot.Monitor.Tests.Survey;

/// <summary>Since when a VM is as it is: the first survey knows it from the health log, the next ones from each other.</summary>
public sealed class SinceTests : IDisposable
{
    private readonly HostTree _tree = new();

    [Fact]
    public void The_log_knows_more_than_the_first_survey()
    {
        _tree.AddVm(100, "confirmed-4m");
        Log("2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z");

        Since().ShouldBe("2026-11-01T10:00:00Z");
        Since().ShouldBe("2026-11-01T10:00:00Z");
    }

    /// <summary>Only the newest records in a row with the current verdict count.</summary>
    [Fact]
    public void Another_verdict_in_the_log_ends_it()
    {
        _tree.AddVm(100, "panic-255");
        Log("2026-11-01T10:00:00Z");
        _tree.AddVm(100, "confirmed-4m");
        Log("2026-11-03T10:00:00Z");

        Since().ShouldBe("2026-11-03T10:00:00Z");
    }

    [Fact]
    public void Without_a_log_the_first_survey_does_not_know()
    {
        _tree.AddVm(100, "confirmed-4m");

        Since().ShouldBeNull();
        Since().ShouldNotBeNull();
    }

    [Fact]
    public void A_rotated_log_still_knows()
    {
        _tree.AddVm(100, "confirmed-4m");
        Log("2026-11-01T10:00:00Z");
        File.Move(_tree.Log, _tree.Log + ".1");

        Since().ShouldBe("2026-11-01T10:00:00Z");
    }

    /// <summary>A look with another threshold gives other verdicts; those of the next survey are as old as they were.</summary>
    [Fact]
    public void A_look_with_a_threshold_changes_nothing()
    {
        string samples = _tree.Path("/run/lamboot/monitor-boots");
        _tree.AddVm(100, "confirmed-4m");
        _tree.Monitor("--threshold", "9").ExitCode.ShouldBe(0);
        File.Exists(samples).ShouldBeFalse();
        Since().ShouldBeNull();
        string before = File.ReadAllText(samples);

        _tree.Monitor("--threshold", "9").ExitCode.ShouldBe(0);

        File.ReadAllText(samples).ShouldBe(before);
    }

    /// <summary>Adds the VM's current boot to the log, once for each time.</summary>
    private void Log(params string[] times)
    {
        string before = File.Exists(_tree.Log) ? File.ReadAllText(_tree.Log) : "";
        _tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        string added = Golden.HideNow(File.ReadAllText(_tree.Log)[before.Length..]);
        added.ShouldContain("\"observed_at\":\"NOW\"");
        File.WriteAllText(
            _tree.Log,
            before + string.Concat(times.Select(time => added.Replace("NOW", time, StringComparison.Ordinal)))
        );
    }

    private string? Since()
    {
        using JsonDocument json = JsonDocument.Parse(_tree.Monitor("--json").Output);
        return json.RootElement[0].GetProperty("since").GetString();
    }

    public void Dispose() => _tree.Dispose();
}
