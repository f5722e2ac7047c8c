using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Boot;

/// <summary>LamBoot's variables as a typed record.</summary>
public sealed class BootRecordTests
{
    public static TheoryData<string> DecodedImages =>
        [.. CorpusImage.All.Where(image => !image.IsQcow2 && !image.Has("ftw-ambiguous")).Select(image => image.Name)];

    [Theory]
    [MemberData(nameof(DecodedImages))]
    public void Corpus_decodes_to_its_truth(string name)
    {
        CorpusImage image = CorpusImage.Get(name);
        BootRecord? record = Read(image.ReadBytes());
        JsonElement truth = image.Truth.GetProperty("decoded");

        ((int?)record?.State).ShouldBe(Number(truth, "state"));
        ((int?)record?.CrashCount).ShouldBe(Number(truth, "crash_count"));
        (record?.Version).ShouldBe(truth.GetProperty("version").GetString());
        (record?.VmGenId?.ToString()).ShouldBe(Generation(truth));
        Time(record)
            .ShouldBe(
                truth.GetProperty("timestamp").GetString() is "zero" ? null : truth.GetProperty("timestamp").GetString()
            );
        if (image.Hex("LamBootLastEntry") is { } entry && entry.Length <= 256)
        {
            (record?.LastEntry).ShouldBe(Encoding.UTF8.GetString(Convert.FromHexString(entry)));
        }
        else
        {
            (record?.LastEntry).ShouldBeNull();
        }
    }

    [Fact]
    public void An_entry_longer_than_defined_is_malformed()
    {
        BootRecord record = Read(CorpusImage.Get("entryraw-long200").ReadBytes()).ShouldNotBeNull();

        record.LastEntry.ShouldBeNull();
        record.Malformed.ShouldBe(["LamBootLastEntry: 200 bytes"]);
    }

    [Fact]
    public void An_entry_of_128_bytes_is_not_malformed()
    {
        BootRecord record = Read(CorpusImage.Get("entry-max128").ReadBytes()).ShouldNotBeNull();

        record.LastEntry.ShouldBe(new string('m', 128));
        record.Malformed.ShouldBeEmpty();
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_become_replacement_characters()
    {
        BootRecord record = Read(CorpusImage.Get("entryraw-badutf8").ReadBytes()).ShouldNotBeNull();

        record.LastEntry.ShouldNotBeNull().ShouldContain('\ufffd');
    }

    [Fact]
    public void Variables_of_other_sizes_are_null_and_named()
    {
        StoreWriter writer = new();
        writer.Add("LamBootState", [1, 0]);
        writer.Add("LamBootCrashCount", []);
        writer.Add("LamBootTimestamp", new byte[16]);
        writer.Add("LamBootVersion", [4]);
        writer.Add("LamBootVmGenId", new byte[15]);

        BootRecord record = Read(writer.Image).ShouldNotBeNull();

        record.State.ShouldBeNull();
        record.CrashCount.ShouldBeNull();
        record.Malformed.ShouldBe([
            "LamBootState: 2 bytes",
            "LamBootCrashCount: 0 bytes",
            "LamBootTimestamp: 16 bytes",
            "LamBootVersion: 1 byte",
            "LamBootVmGenId: 15 bytes",
        ]);
    }

    [Theory]
    [InlineData(2026, 2, 29, 0, 0, 0)]
    [InlineData(2026, 0, 1, 0, 0, 0)]
    [InlineData(2026, 13, 1, 0, 0, 0)]
    [InlineData(2026, 1, 0, 0, 0, 0)]
    [InlineData(2026, 1, 32, 0, 0, 0)]
    [InlineData(2026, 1, 1, 24, 0, 0)]
    [InlineData(2026, 1, 1, 0, 60, 0)]
    [InlineData(2026, 1, 1, 0, 0, 60)]
    [InlineData(0, 1, 1, 0, 0, 0)]
    [InlineData(10000, 1, 1, 0, 0, 0)]
    [InlineData(65535, 255, 255, 255, 255, 255)]
    public void A_timestamp_that_is_no_time_is_malformed(
        int year,
        byte month,
        byte day,
        byte hour,
        byte minute,
        byte second
    )
    {
        byte[] data = [0, 0, month, day, hour, minute, second, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(data, (ushort)year);
        StoreWriter writer = new();
        writer.Add("LamBootTimestamp", data);

        BootRecord record = Read(writer.Image).ShouldNotBeNull();

        record.Timestamp.ShouldBeNull();
        record.Malformed.ShouldBe(["LamBootTimestamp: not a time"]);
    }

    [Fact]
    public void A_leap_day_is_a_time()
    {
        StoreWriter writer = new();
        writer.Add("LamBootTimestamp", [0xe8, 0x07, 2, 29, 23, 59, 59, 0]);

        (Read(writer.Image)?.Timestamp).ShouldBe(new DateTime(2024, 2, 29, 23, 59, 59, DateTimeKind.Utc));
    }

    /// <summary>The firmware does not write the same zeros again: their place says nothing, unless they come last.</summary>
    [Theory]
    [InlineData("T C S", null, true)] // the second boot of a guest without a clock
    [InlineData("T S C", null, null)]
    [InlineData("C S T", BootConfirmer.Loader, true)]
    public void Without_a_clock_the_order_says_less(string order, BootConfirmer? by, bool? hasBegun)
    {
        StoreWriter writer = new();
        foreach (string variable in order.Split(' '))
        {
            _ = variable switch
            {
                "T" => writer.Add("LamBootTimestamp", new byte[8]),
                "S" => writer.Add("LamBootState", [(byte)BootState.BootedOK]),
                _ => writer.Add("MTC", [3, 0, 0, 0], vendor: EfiGuids.MtcVendor),
            };
        }

        BootRecord record = Read(writer.Image).ShouldNotBeNull();

        (record.ConfirmedBy, record.HasLoaderBegun).ShouldBe((by, hasBegun));
    }

    [Fact]
    public void A_generation_id_of_zeros_is_none()
    {
        StoreWriter writer = new();
        writer.Add("LamBootVmGenId", new byte[16]);

        BootRecord record = Read(writer.Image).ShouldNotBeNull();

        record.VmGenId.ShouldBeNull();
        record.Malformed.ShouldBeEmpty();
    }

    [Fact]
    public void Variables_of_another_vendor_do_not_count()
    {
        StoreWriter writer = new();
        writer.Add("LamBootState", [3], vendor: Guid.Parse("8be4df61-93ca-11d2-aa0d-00e098032b8c"));

        Read(writer.Image).ShouldBeNull();
    }

    [Theory]
    [InlineData("S T", BootConfirmer.Loader)]
    [InlineData("T S", BootConfirmer.Guest)]
    [InlineData("S", null)] // the loader always writes the timestamp: who wrote this is unknown
    [InlineData("B T", null)] // not BootedOK
    public void The_loader_stamps_behind_the_state(string order, BootConfirmer? by) =>
        (Read(InOrder(order))?.ConfirmedBy).ShouldBe(by);

    [Theory]
    [InlineData("S T M", false)]
    [InlineData("M S T", true)]
    [InlineData("S M T", true)]
    [InlineData("S T", null)]
    [InlineData("M S", null)]
    public void The_firmware_counts_before_the_loader_stamps(string order, bool? hasBegun) =>
        (Read(InOrder(order))?.HasLoaderBegun).ShouldBe(hasBegun);

    private static byte[] InOrder(string order)
    {
        StoreWriter writer = new();
        foreach (string record in order.Split(' '))
        {
            switch (record)
            {
                case "S":
                    writer.Add("LamBootState", [2]);
                    break;
                case "B":
                    writer.Add("LamBootState", [1]);
                    break;
                case "T":
                    writer.Add("LamBootTimestamp", [0xea, 0x07, 11, 27, 12, 0, 0, 0]);
                    break;
                default:
                    writer.Add("MTC", [1, 0, 0, 0], vendor: EfiGuids.MtcVendor);
                    break;
            }
        }

        return writer.Image;
    }

    private static BootRecord? Read(byte[] image)
    {
        VariableStore
            .TryOpen(image, image.Length, out VariableStore store, out NvramError error)
            .ShouldBeTrue(error.ToString());
        return BootRecord.Read(store);
    }

    private static int? Number(JsonElement truth, string name) =>
        truth.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null;

    private static string? Generation(JsonElement truth) =>
        truth.GetProperty("vmgenid").GetString() is { } hex ? new Guid(Convert.FromHexString(hex)).ToString() : null;

    private static string? Time(BootRecord? record) =>
        record?.Timestamp?.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
}
