using System.Text;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Fleet.Tests.Health;

/// <summary>What a survey reads while a guest is writing.</summary>
public sealed class SettledReadTests
{
    private const string Newest = "Panic#1 Part1\n<4>[    1.0] Call Trace:\n";
    private const string Reason = "Panic#1 Part2\n<0>[    1.0] Kernel panic - not syncing: sysrq triggered crash\n";

    private static readonly Guid LinuxCrash = new("cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0");

    /// <summary>A kernel saves the newest part first, and its reason may be in the next one.</summary>
    [Fact]
    public void A_panic_has_its_reason_once_the_kernel_has_saved_it()
    {
        (HealthRecord record, int reads) = Read([Store(Newest), Store(Newest, Reason), Store(Newest)]);

        record.Reason.ShouldBe("kernel panic: sysrq triggered crash");
        reads.ShouldBe(2);
    }

    [Fact]
    public void A_store_that_stays_as_it_is_is_read_twice()
    {
        (HealthRecord record, int reads) = Read([Store(Newest), Store(Newest), Store(Newest, Reason)]);

        record.Reason.ShouldBe("kernel panic (the line with the reason was not kept)");
        reads.ShouldBe(2);
    }

    [Fact]
    public void A_finished_store_is_read_once() => Read([Store(Newest, Reason), Store()]).Reads.ShouldBe(1);

    [Fact]
    public void A_guest_that_never_stops_writing_is_read_six_times()
    {
        List<StoreImage> images = [];
        for (int i = 0; i < 20; i++)
        {
            images.Add(Store($"{Newest}<4>[    1.0] {i}\n"));
        }

        Read(images).Reads.ShouldBe(6);
    }

    private static (HealthRecord Record, int Reads) Read(List<StoreImage> images)
    {
        int reads = 0;
        HealthRecord record = SettledRead.Of(
            () =>
            {
                VariableStore.TryOpen(images[reads].Bytes, images[reads++].Size, out VariableStore store, out _);
                return new HealthRecord
                {
                    ObservedAt = "",
                    Phase = "monitor",
                    Node = "pve",
                }.With(store);
            },
            () => images[reads - 1]
        );
        return (record.Judged(VerdictLimits.Of(new()), DateTimeOffset.UtcNow), reads);
    }

    /// <summary>A store with a dump, as far as it is written.</summary>
    private static StoreImage Store(params string[] parts)
    {
        StoreWriter writer = new();
        writer.Add("MTC", [1, 0, 0, 0], vendor: EfiGuids.MtcVendor);
        for (int i = 0; i < parts.Length; i++)
        {
            writer.Add($"dump-type0-{i + 1}-1-1790000000-D", Encoding.UTF8.GetBytes(parts[i]), vendor: LinuxCrash);
        }

        return new(writer.Image, writer.Image.Length);
    }
}
