using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Variables;

/// <summary>An image is read only as far as necessary, with the same result.</summary>
public sealed class StoreImageTests
{
    public static TheoryData<string> RawImages => CorpusTests.RawImages;

    [Theory]
    [MemberData(nameof(RawImages))]
    public void What_is_read_of_an_image_reads_as_the_whole(string name)
    {
        byte[] image = CorpusImage.Get(name).ReadBytes();
        CountingSource source = new(image);

        StoreImage part = StoreImage.Read(image.Length, source.Read);

        part.Size.ShouldBe(image.Length);
        Describe(part.Bytes, image.Length).ShouldBe(Describe(image, image.Length));
        source.BytesRead.ShouldBeLessThanOrEqualTo((1 << 20) + (64 << 10));
    }

    [Theory]
    [InlineData("single-00-4m-ok", (64 + 8) << 10)]
    [InlineData("many-00", 0x84000)] // a list of 103 KiB
    [InlineData("single-05-2m-ok", (64 + 8) << 10)]
    [InlineData("kill-reclaim4m-03", 0x84000)] // a full list
    [InlineData("cut-2m-21", 0x20000 + (8 << 10))] // a reclaim is pending
    public void The_volume_is_read_whole_only_where_the_beginning_does_not_do(string name, int bytes)
    {
        byte[] image = CorpusImage.Get(name).ReadBytes();
        CountingSource source = new(image);

        StoreImage.Read(image.Length, source.Read);

        source.BytesRead.ShouldBe(bytes);
    }

    [Fact]
    public void An_image_that_is_shorter_than_its_size_is_cut_off()
    {
        byte[] image = CorpusImage.Get("single-00-4m-ok").ReadBytes();
        foreach (int length in new[] { 0, 1, 71, 5000, 70_000 })
        {
            CountingSource source = new(image[..length]);

            StoreImage part = StoreImage.Read(image.Length, source.Read);

            VariableStore.TryOpen(part.Bytes, part.Size, out _, out NvramError error).ShouldBeFalse($"{length} bytes");
            error.Fault.ShouldBe(NvramFault.Corrupt, $"{length} bytes");
        }
    }

    [Fact]
    public void Random_damage_reads_the_same_in_part()
    {
        Random random = new(6);
        byte[][] images =
        [
            .. new[] { "cut-2m-18", "many2m-00", "full-2m" }.Select(name => CorpusImage.Get(name).ReadBytes()),
        ];
        for (int i = 0; i < 1000; i++)
        {
            byte[] image = (byte[])images[i % images.Length].Clone();
            for (int changes = random.Next(1, 40); changes > 0; changes--)
            {
                image[random.Next(random.Next(2) == 0 ? 4096 : image.Length)] = (byte)(
                    random.Next(2) * random.Next(256)
                );
            }

            StoreImage part = StoreImage.Read(image.Length, new CountingSource(image).Read);

            Describe(part.Bytes, part.Size).ShouldBe(Describe(image, image.Length));
        }
    }

    private static string Describe(byte[] image, long size)
    {
        if (!VariableStore.TryOpen(image, size, out VariableStore store, out NvramError error))
        {
            return error.ToString();
        }

        List<string> found = [$"{store.Offset} {store.Size} {store.IsReclaimPending} {store.IsSpare}"];
        foreach (VariableEntry entry in store.Entries)
        {
            found.Add(
                $"{entry.Offset} {entry.State} {entry.VendorGuid} {entry.Name} {Convert.ToHexString(entry.Data)}"
            );
        }

        return string.Join('\n', found);
    }

    private sealed class CountingSource(byte[] image)
    {
        public int BytesRead { get; private set; }

        public int Read(long offset, Span<byte> buffer)
        {
            int count = (int)Math.Clamp(image.Length - offset, 0, buffer.Length);
            image.AsSpan((int)Math.Min(offset, image.Length), count).CopyTo(buffer);
            BytesRead += count;
            return count;
        }
    }
}
