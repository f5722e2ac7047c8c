using System.Text.Json;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Boot;

/// <summary>Stores written by the real loader say what really happened, as far as a store can.</summary>
public sealed class LoaderCorpusTests
{
    public static TheoryData<string> Images => [.. LoaderMoment.All.Select(moment => moment.Image)];

    [Theory]
    [MemberData(nameof(Images))]
    public void Variables_and_their_order_are_the_true_ones(string image)
    {
        LoaderMoment moment = Get(image);
        VariableStore store = Open(moment);
        List<(int Offset, string Name, string Hex)> found = [];
        foreach (VariableEntry entry in store.Variables)
        {
            if (entry.VendorGuid == EfiGuids.LamBoot)
            {
                found.Add((entry.Offset, entry.Name, Convert.ToHexStringLower(entry.Data)));
            }
        }

        found
            .OrderBy(entry => entry.Offset)
            .Select(entry => entry.Name)
            .ShouldBe(moment.Truth.GetProperty("record_order").EnumerateArray().Select(name => name.GetString()));
        JsonElement vars = moment.Truth.GetProperty("vars");
        found.ShouldAllBe(entry => vars.GetProperty(entry.Name).GetString() == entry.Hex);
        BootCounter.Read(store).ShouldBe(moment.Truth.GetProperty("firmware_boots").GetUInt32());
        ((int)BootRecord.Read(store)!.State!).ToString("x2").ShouldBe(vars.GetProperty("LamBootState").GetString());
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Who_wrote_BootedOK_is_seen(string image)
    {
        LoaderMoment moment = Get(image);
        BootConfirmer? expected = moment.Truth.GetProperty("truth").GetString() switch
        {
            // Back within the second of its start: the timestamp equals the existing one, so it is not written again.
            _ when image.StartsWith("19-missing-kernel-fast", StringComparison.Ordinal) => BootConfirmer.Guest,
            // A guest's service that also writes the timestamp.
            _ when image.Contains("11-confirmed-then-timestamp", StringComparison.Ordinal) => image.Contains(
                "marked",
                StringComparison.Ordinal
            )
                ? BootConfirmer.Guest
                : BootConfirmer.Loader,
            "load-failed" or "returned" => BootConfirmer.Loader,
            "booted-confirmed" => BootConfirmer.Guest,
            "still-booting" when State(moment) == BootState.BootedOK => BootConfirmer.Guest, // of the previous boot
            _ => null,
        };

        (BootRecord.Read(Open(moment))!.ConfirmedBy).ShouldBe(expected);
    }

    /// <summary>The firmware has counted the boot but the loader has not: images named "firmware", and those in between.</summary>
    [Theory]
    [MemberData(nameof(Images))]
    public void Whether_the_loader_has_begun_is_seen(string image)
    {
        LoaderMoment moment = Get(image);
        bool isStillInFirmware = image.Contains("-firmware.", StringComparison.Ordinal);

        (BootRecord.Read(Open(moment))!.HasLoaderBegun).ShouldBe(!isStillInFirmware);
    }

    private static BootState State(LoaderMoment moment) =>
        (BootState)Convert.FromHexString(moment.Truth.GetProperty("vars").GetProperty("LamBootState").GetString()!)[0];

    private static LoaderMoment Get(string image) => LoaderMoment.All.First(moment => moment.Image == image);

    private static VariableStore Open(LoaderMoment moment)
    {
        byte[] image = moment.ReadBytes();
        VariableStore
            .TryOpen(image, image.Length, out VariableStore store, out NvramError error)
            .ShouldBeTrue($"{error}");
        return store;
    }
}
