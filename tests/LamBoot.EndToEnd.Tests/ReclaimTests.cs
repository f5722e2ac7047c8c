using System.Text.Json;

namespace LamBoot.EndToEnd.Tests;

/// <summary>Stores written until the firmware had to make room.</summary>
public sealed class ReclaimTests
{
    /// <summary>Hundreds of boots' worth of writes fill the store; the firmware reclaims it and continues writing.</summary>
    [Theory]
    [InlineData("4m", 950)]
    [InlineData("2m", 220)]
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
}
