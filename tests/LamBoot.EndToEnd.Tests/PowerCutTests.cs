using System.Text.Json;

namespace LamBoot.EndToEnd.Tests;

/// <summary>QEMU killed while the guest writes its variables.</summary>
public sealed class PowerCutTests
{
    /// <summary>What the host reads from a store after a power failure is what the firmware reads at the next boot.</summary>
    [Theory]
    [InlineData("4m", 1)]
    [InlineData("2m", 2)]
    public void A_power_cut_in_mid_write_is_read_as_the_firmware_reads_it(string type, int seed)
    {
        using GuestNode node = new();
        node.AddVm(100, type: type);
        Random random = new(seed);
        for (int cut = 0; cut < 3; cut++)
        {
            node.Start(100, "boots=0");
            node.WaitForSerial(100, "guest: found");
            Thread.Sleep(random.Next(1500));
            node.Kill(100);
            JsonElement health = node.Inspect(100).GetProperty("health");

            node.Start(100, ""); // pre-start records the boot that had no post-stop
            node.WaitForSerial(100, "guest: hangs");
            GuestHealth found = node.Boots(100)[0].Found;
            node.Kill(100);

            if (!health.TryGetProperty("warning", out _)) // a reclaim that the firmware completes as it sees fit
            {
                GuestHealth.Of(health).ShouldBe(found);
                GuestHealth.Of(node.Records(100)[^1]).ShouldBe(found);
            }
        }
    }
}
