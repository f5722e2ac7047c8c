using System.Globalization;
using System.Text.Json;

namespace LamBoot.Commands.Tests.Inspect;

/// <summary>LamBoot's time is that of the VM's clock: if that is in local time, the host converts it to UTC, and says so.</summary>
public sealed class LocalTimeTests
{
    // Three hours east of Greenwich, all year round.
    private const string Zone = "XYZ-3";

    [Theory]
    [InlineData("", 0)]
    [InlineData("localtime: 1\n", 3)]
    [InlineData("localtime: 0\nostype: win11\n", 0)]
    [InlineData("ostype: win11\n", 3)]
    [InlineData("ostype: l26\n", 0)]
    public void A_time_is_turned_to_UTC(string config, int hours)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m", config);
        tree.AddVm(101, "confirmed-4m");

        ProgramResult inspect = tree.Hook(["inspect", "100"], ("TZ", Zone));

        (TimeOf(tree, 101) - TimeOf(tree, 100)).ShouldBe(TimeSpan.FromHours(hours));
        inspect.Output.Contains("local time per the VM's configuration", StringComparison.Ordinal).ShouldBe(hours > 0);
    }

    private static DateTimeOffset TimeOf(HostTree tree, int vmid)
    {
        using JsonDocument json = JsonDocument.Parse(tree.Hook(["inspect", $"{vmid}", "--json"], ("TZ", Zone)).Output);
        string time = json.RootElement.GetProperty("health").GetProperty("timestamp").GetString()!;
        return DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
    }
}
