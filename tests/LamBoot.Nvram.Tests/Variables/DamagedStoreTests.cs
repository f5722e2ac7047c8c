using System.Buffers.Binary;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Variables;

/// <summary>Images that are damaged, truncated, hostile, or not stores at all.</summary>
public sealed class DamagedStoreTests
{
    [Fact]
    public void An_image_in_a_larger_volume_is_read()
    {
        byte[] image = CorpusImage.Get("single-00-4m-ok").ReadBytes();
        byte[] volume = [.. image, .. new byte[(4 << 20) - image.Length]];

        Find(Open(volume), "LamBootState").ShouldBe("02");
    }

    [Fact]
    public void An_image_cut_off_at_any_length_is_corrupt_and_harms_nothing()
    {
        byte[] image = CorpusImage.Get("cut-2m-18").ReadBytes();
        for (int length = 0; length < image.Length; length += length < 2048 ? 1 : 61)
        {
            byte[] cut = image[..length];

            VariableStore.TryOpen(cut, cut.Length, out _, out NvramError error).ShouldBeFalse($"{length} bytes");
            error.Fault.ShouldBe(NvramFault.Corrupt, $"{length} bytes");
        }
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xff)]
    public void An_image_of_one_byte_is_erased(byte filler)
    {
        byte[] image = new byte[0x84000];
        image.AsSpan().Fill(filler);

        VariableStore.TryOpen(image, image.Length, out _, out NvramError error).ShouldBeFalse();

        error.Fault.ShouldBe(NvramFault.Erased);
    }

    [Fact]
    public void A_fresh_aarch64_image_is_no_error_and_holds_nothing()
    {
        byte[] start = new byte[1 << 20];

        VariableStore.TryOpen(start, VariableStore.Aarch64ImageSize, out VariableStore store, out _).ShouldBeTrue();

        Find(store, "LamBootState").ShouldBeNull();
        BootRecord.Read(store).ShouldBeNull();
    }

    [Fact]
    public void Random_bytes_are_of_no_known_format()
    {
        Random random = new(1);
        byte[] image = new byte[0x84000];
        for (int i = 0; i < 50; i++)
        {
            random.NextBytes(image);

            VariableStore.TryOpen(image, image.Length, out _, out NvramError error).ShouldBeFalse();

            error.Fault.ShouldBe(NvramFault.UnknownFormat);
        }
    }

    [Fact]
    public void Random_damage_harms_nothing()
    {
        Random random = new(2);
        byte[][] images =
        [
            .. new[] { "cut-2m-18", "many2m-00", "full-2m" }.Select(name => CorpusImage.Get(name).ReadBytes()),
        ];
        for (int i = 0; i < 3000; i++)
        {
            byte[] image = (byte[])images[i % images.Length].Clone();
            for (int changes = random.Next(1, 40); changes > 0; changes--)
            {
                // Most of the damage is where the headers are.
                int limit = random.Next(2) == 0 ? 4096 : image.Length;
                image[random.Next(limit)] = (byte)(random.Next(2) == 0 ? 0xff : random.Next(256));
            }

            if (VariableStore.TryOpen(image, image.Length, out VariableStore store, out NvramError error))
            {
                BootRecord.Read(store);
            }
            else
            {
                error.ToString().ShouldNotBeNullOrEmpty();
            }
        }
    }

    [Fact]
    public void A_wrong_checksum_is_corrupt()
    {
        StoreWriter writer = new();
        writer.Image[50] ^= 1;

        Error(writer.Image).ShouldBe("the firmware volume header's checksum is wrong (at offset 0x0)");
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(99UL)]
    public void An_impossible_volume_length_is_corrupt(ulong length)
    {
        StoreWriter writer = new();
        writer.WriteVolumeHeader(length);

        Error(writer.Image).ShouldBe("the firmware volume's FvLength is impossible (at offset 0x20)");
    }

    /// <summary>A guest that writes its flash directly can claim all of it for a store: no firmware would accept that.</summary>
    [Theory]
    [InlineData((1UL << 20) + 1)]
    [InlineData(64UL << 20)]
    [InlineData(ulong.MaxValue)]
    public void A_volume_larger_than_any_firmwares_is_no_store(ulong length)
    {
        StoreWriter writer = new(imageSize: 64 << 20);
        writer.WriteVolumeHeader(length);

        Error(writer.Image, NvramFault.UnknownFormat)
            .ShouldBe(
                $"the firmware volume claims {length} bytes, but firmware makes 1048576 at most (at offset 0x20)"
            );
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(27u)]
    [InlineData(0x84000u)]
    [InlineData(0xffffffffu)]
    public void A_store_size_that_does_not_fit_is_corrupt(uint size)
    {
        StoreWriter writer = new();
        BinaryPrimitives.WriteUInt32LittleEndian(writer.Image.AsSpan(72 + 16), size);

        Error(writer.Image).ShouldBe("the variable store's Size does not fit its volume (at offset 0x58)");
    }

    [Fact]
    public void A_damaged_store_whose_spare_is_complete_reads_as_the_spare()
    {
        byte[] image = CorpusImage.Get("cut-2m-21").ReadBytes(); // spare block complete, destination not
        byte[] erased = (byte[])image.Clone();
        erased.AsSpan(0, 0x1000).Fill(0xff);

        VariableStore store = Open(erased);

        store.IsSpare.ShouldBeTrue();
        store.IsReclaimPending.ShouldBeTrue();
        Find(store, "LamBootCrashCount").ShouldBe("03");
    }

    [Fact]
    public void A_damaged_store_whose_spare_is_not_marked_complete_says_so()
    {
        byte[] image = CorpusImage.Get("kill-reclaim2m-02").ReadBytes(); // the spare block written, but not its mark
        image.AsSpan(0, 0x1000).Fill(0xff);

        VariableStore.TryOpen(image, image.Length, out _, out NvramError error).ShouldBeFalse();

        error.Fault.ShouldBe(NvramFault.Erased);
        error.Detail.ShouldEndWith("; the spare block holds an older store");
    }

    private static VariableStore Open(byte[] image)
    {
        VariableStore
            .TryOpen(image, image.Length, out VariableStore store, out NvramError error)
            .ShouldBeTrue(error.ToString());
        return store;
    }

    private static string Error(byte[] image, NvramFault fault = NvramFault.Corrupt)
    {
        VariableStore.TryOpen(image, image.Length, out _, out NvramError error).ShouldBeFalse();
        error.Fault.ShouldBe(fault);
        return error.ToString();
    }

    private static string? Find(VariableStore store, string name) =>
        store.TryFind(name, EfiGuids.LamBoot, out VariableEntry entry) ? Convert.ToHexStringLower(entry.Data) : null;
}
