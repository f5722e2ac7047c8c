using System.Text.Json;

namespace LamBoot.EndToEnd.Tests.Debian;

/// <summary>The guest's success service, when the loader does not record the end of a boot, and a guest's panic.</summary>
public sealed class SuccessServiceTests
{
    private static readonly byte[] Timestamp = [0xea, 0x07, 4, 22, 14, 38, 11, 0];

    [Fact]
    public void It_makes_a_boot_that_the_loader_left_open_a_good_one()
    {
        using DebianGuest guest = new();
        StoreWriter store = new();
        store.Add("LamBootState", [1]);
        store.Add("LamBootCrashCount", [3]);
        store.Add("LamBootTimestamp", Timestamp);
        guest.Add("mark-success", store.Image);
        Health(guest).ShouldBe(("Booting", 3, "2026-04-22T14:38:11Z"));

        Dictionary<string, string> printed = guest.Boot();

        printed["unit.mark-success"].ShouldBe("Result=success\nActiveState=active\nConditionResult=yes\n");
        printed["log"].ShouldContain("LamBootState is 2\nLamBootCrashCount is 0\n");
        (printed["state"], printed["crashes"]).ShouldBe((" 07 00 00 00 02\n", " 07 00 00 00 00\n"));
        Health(guest).ShouldBe(("BootedOK", 0, "2026-04-22T14:38:11Z"));
        // This VM's first QEMU got no identity.
        foreach (string unit in new[] { "hostname", "motd", "node-exporter" })
        {
            printed[$"unit.{unit}"].ShouldBe("Result=success\nActiveState=active\nConditionResult=yes\n");
        }

        (printed["hostname"], printed["motd"], printed["metrics"]).ShouldBe(("template\n", "", ""));
    }

    private static (string?, int, string?) Health(DebianGuest guest)
    {
        JsonElement health = guest.Node.Inspect(100).GetProperty("health");
        return (
            health.GetProperty("state").GetString(),
            health.GetProperty("crash_count").GetInt32(),
            health.GetProperty("timestamp").GetString()
        );
    }
}
