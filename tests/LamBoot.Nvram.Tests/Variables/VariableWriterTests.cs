using System.Text;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Variables;

/// <summary>The writer: what it writes is read back by our reader and by another, and what it does not touch stays unchanged.</summary>
public sealed class VariableWriterTests
{
    private const VariableAttributes Attributes =
        VariableAttributes.NonVolatile | VariableAttributes.BootServiceAccess | VariableAttributes.RuntimeAccess;

    /// <summary>All images in the corpus that real firmware wrote completely.</summary>
    public static TheoryData<string> Images =>
        [
            .. CorpusImage
                .All.Where(image => !image.IsQcow2 && VariableWriter.TryOpen(Volume(image.ReadBytes()), out _, out _))
                .Select(image => image.Name),
        ];

    [Theory]
    [MemberData(nameof(Images))]
    public void A_change_of_real_stores_leaves_everything_else(string name)
    {
        byte[] image = Volume(CorpusImage.Get(name).ReadBytes());
        List<string> before = Live(image);
        VariableWriter writer = Open(image);

        writer.Set("LamBootTest", EfiGuids.LamBoot, Attributes, "one"u8);
        writer.Set("LamBootTest", EfiGuids.LamBoot, Attributes, "another"u8);

        string added = $"{EfiGuids.LamBoot} LamBootTest 7 {Convert.ToHexStringLower("another"u8)}";
        Live(writer.Image).Order().ShouldBe(before.Append(added).Order());
        Behind(writer.Image).ShouldBe(Behind(image));
        Independent(writer.Image).ShouldBe(Live(writer.Image).Order(StringComparer.Ordinal));
        writer.Compact();
        Live(writer.Image).Order().ShouldBe(before.Append(added).Order());
        VariableWriter.DeletedBytes(writer.Store).ShouldBe(0);
        Independent(writer.Image).ShouldBe(Live(writer.Image).Order(StringComparer.Ordinal));
        writer.Delete("LamBootTest", EfiGuids.LamBoot).ShouldBeTrue();
        writer.Delete("LamBootTest", EfiGuids.LamBoot).ShouldBeFalse();
        Live(writer.Image).Order().ShouldBe(before.Order());
    }

    /// <summary>
    /// Any sequence of changes has the same result as on a dictionary, in either kind of store, however often it is compacted.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Any_changes_give_what_a_dictionary_would(bool authenticated)
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            VariableWriter writer = Open(new StoreWriter(authenticated, storeSize: 0x2fb8, imageSize: 0x6000).Image);
            Dictionary<string, byte[]> expected = [];
            for (int change = random.Next(60); change > 0; change--)
            {
                string name = $"Variable{random.Next(6)}";
                byte[] data = new byte[random.Next(4) == 0 ? 0 : random.Next(1, 600)];
                random.NextBytes(data);
                if (data.Length == 0)
                {
                    writer.Delete(name, EfiGuids.LamBoot).ShouldBe(expected.Remove(name));
                }
                else
                {
                    writer.Set(name, EfiGuids.LamBoot, Attributes, data);
                    expected[name] = data;
                }
            }

            Live(writer.Image)
                .Order()
                .ShouldBe(
                    expected
                        .Select(pair => $"{EfiGuids.LamBoot} {pair.Key} 7 {Convert.ToHexStringLower(pair.Value)}")
                        .Order(),
                    $"seed {seed}"
                );
        }
    }

    [Fact]
    public void A_full_store_is_an_error_and_stays_as_it_was()
    {
        StoreWriter empty = new(storeSize: 0x1000, imageSize: 0x2000);
        VariableWriter writer = Open(empty.Image);
        writer.Set("Large", EfiGuids.LamBoot, Attributes, new byte[3000]);
        byte[] before = writer.Image.ToArray();

        StoreFullException e = Should.Throw<StoreFullException>(() =>
            writer.Set("Other", EfiGuids.LamBoot, Attributes, new byte[1500])
        );

        e.Message.ShouldBe("the variable store is full: 1572 bytes needed, 996 free");
        writer.Image.ToArray().ShouldBe(before);
        writer.Set("Large", EfiGuids.LamBoot, Attributes, new byte[3900]); // it replaces its old copy
        Live(writer.Image).Count.ShouldBe(1);
    }

    /// <summary>edk2 appends; when it must, it compacts: added variables first, then those in deleted transition.</summary>
    [Fact]
    public void The_order_is_edk2s()
    {
        StoreWriter store = new();
        store.Add("A", [1], VariableState.InDeletedTransition);
        store.Add("B", [2]);
        store.Add("Gone", [3], 0x3c);
        store.Add("C", [4]);
        VariableWriter writer = Open(store.Image);

        writer.Set("B", EfiGuids.LamBoot, Attributes, [5]);
        Live(writer.Image).Select(line => line.Split(' ')[1]).ShouldBe(["A", "C", "B"]);
        writer.Compact();

        Live(writer.Image).Select(line => line.Split(' ')[1]).ShouldBe(["C", "B", "A"]);
    }

    [Fact]
    public void A_variable_that_has_the_value_is_left_alone()
    {
        VariableWriter writer = Open(Volume(CorpusImage.Get("single-00-4m-ok").ReadBytes()));
        byte[] before = writer.Image.ToArray();
        writer.Store.TryFind("LamBootState", EfiGuids.LamBoot, out VariableEntry state).ShouldBeTrue();

        writer.Set("LamBootState", EfiGuids.LamBoot, state.Attributes, state.Data.ToArray());

        writer.Image.ToArray().ShouldBe(before);
    }

    [Theory]
    [InlineData(
        "reclaim pending",
        "the firmware has not finished a reclaim of the store: start the VM once so that it can"
    )]
    [InlineData("aarch64 template", "no firmware has formatted the store yet: start the VM once")]
    [InlineData("noise", "no firmware volume (_FVH) begins here")]
    public void What_cannot_be_changed_is_refused(string kind, string reason)
    {
        byte[] image = kind switch
        {
            "noise" => Encoding.ASCII.GetBytes(new string('x', 4096)),
            "aarch64 template" => new byte[VariableStore.Aarch64ImageSize],
            _ => CorpusImage
                .All.Where(corpus => !corpus.IsQcow2)
                .Select(corpus => corpus.ReadBytes())
                .First(bytes =>
                    VariableStore.TryOpen(bytes, bytes.Length, out VariableStore store, out _) && store.IsReclaimPending
                ),
        };

        VariableWriter.TryOpen(image, out VariableWriter? writer, out string told).ShouldBeFalse();

        writer.ShouldBeNull();
        told.ShouldContain(reason);
    }

    private static VariableWriter Open(ReadOnlySpan<byte> image)
    {
        VariableWriter.TryOpen(image, out VariableWriter? writer, out string reason).ShouldBeTrue(reason);
        return writer!;
    }

    private static byte[] Volume(byte[] image) =>
        FirmwareVolume.TryRead(image, out FirmwareVolume volume, out _) && volume.Length <= image.Length
            ? image[..volume.Length]
            : image;

    private static List<string> Live(ReadOnlySpan<byte> image)
    {
        VariableStore
            .TryOpen(image, image.Length, out VariableStore store, out NvramError error)
            .ShouldBeTrue(error.ToString());
        List<string> variables = [];
        foreach (VariableEntry entry in store.Variables)
        {
            variables.Add(
                $"{entry.VendorGuid} {entry.Name} {(uint)entry.Attributes} {Convert.ToHexStringLower(entry.Data)}"
            );
        }

        return variables;
    }

    private static byte[] Behind(ReadOnlySpan<byte> image)
    {
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _);
        return image[(store.Offset + store.Size)..].ToArray();
    }

    /// <summary>The live variables according to <c>tests/nvram/read-store</c>, which shares no code with ours.</summary>
    private static IEnumerable<string> Independent(ReadOnlySpan<byte> image)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, image);
            ProgramResult result = ProgramResult.Run(
                "python3",
                [Repository.File("tests", "nvram", "read-store"), path]
            );
            result.ExitCode.ShouldBe(0, result.Error);
            using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(result.Output);
            return
            [
                .. json
                    .RootElement.EnumerateArray()
                    .Select(entry =>
                        $"{entry.GetProperty("vendor")} {entry.GetProperty("name")} {entry.GetProperty("attributes")} {entry.GetProperty("data")}"
                    )
                    .Order(StringComparer.Ordinal),
            ];
        }
        finally
        {
            File.Delete(path);
        }
    }
}
