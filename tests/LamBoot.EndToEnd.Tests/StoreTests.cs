using System.Text.Json;

namespace LamBoot.EndToEnd.Tests;

/// <summary>Stores as firmware leaves them: killed in mid-write, reclaimed, in qcow2.</summary>
public sealed class StoreTests
{
    /// <summary>What the host reads of a store that a power cut left is what the firmware reads at the next boot.</summary>
    [Theory]
    [InlineData("4m", 1)]
    [InlineData("2m", 2)]
    public void A_power_cut_in_mid_write_is_read_as_the_firmware_reads_it(string type, int seed)
    {
        using GuestNode node = new();
        node.AddVm(100, type: type);
        Random random = new(seed);
        for (int cut = 0; cut < 4; cut++)
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

            if (!health.TryGetProperty("warning", out _)) // a reclaim that the firmware finishes as it sees fit
            {
                GuestHealth.Of(health).ShouldBe(found);
                GuestHealth.Of(node.Records(100)[^1]).ShouldBe(found);
            }
        }
    }

    /// <summary>Hundreds of boots' worth of writes fill the store; the firmware reclaims it and writes on.</summary>
    [Theory]
    [InlineData("4m", 1200)]
    [InlineData("2m", 300)]
    public void A_store_that_was_reclaimed_is_read(string type, int boots)
    {
        const int LeastBytesOfABoot = 88 + 88 + 104; // two values of LamBootState and one of LamBootLastEntry
        using GuestNode node = new();
        node.AddVm(100, type: type);

        GuestBoot worn = node.Boot(100, $"boots={boots} ok");

        JsonElement store = node.Inspect(100).GetProperty("firmware_volume");
        (boots * LeastBytesOfABoot).ShouldBeGreaterThan(store.GetProperty("store_bytes").GetInt32());

        node.Boot(100, "ok").Found.ShouldBe(worn.Wrote);
    }

    [Fact]
    public void A_store_in_qcow2_is_read()
    {
        using GuestNode node = new();
        node.AddVm(100, image: "vm-100-disk-0.qcow2");

        GuestBoot first = node.Boot(100, "ok");

        node.BootAndStop(100).Found.ShouldBe(first.Wrote);
    }

    /// <summary>In a small machine whose kernel has device-mapper, the firmware's QEMU in that one's.</summary>
    [Fact]
    public void A_store_on_LVM_is_read()
    {
        LvmMachine machine = new("tests", "e2e", "lvm");

        machine.ShouldHavePassed("thick: a guest learns its identity and leaves its health");
        machine.ShouldHavePassed("thin: a guest learns its identity and leaves its health");
    }
}
