using System.Buffers.Binary;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Variables;

/// <summary>edk2's rules for entries.</summary>
public sealed class VariableStoreTests
{
    private const byte Deleted = 0x3d;
    private const byte DeletedInTransition = 0x3c;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Both_forms_of_headers_are_read(bool authenticated)
    {
        StoreWriter writer = new(authenticated);
        writer.Add("LamBootState", [2]);
        writer.Add("Odd", [1, 2, 3]);
        writer.Add("LamBootCrashCount", [5]);

        VariableStore store = Open(writer.Image);

        store.IsAuthenticated.ShouldBe(authenticated);
        Find(store, "LamBootState").ShouldBe("02");
        Find(store, "Odd").ShouldBe("010203");
        Find(store, "LamBootCrashCount").ShouldBe("05");
    }

    [Fact]
    public void A_variable_in_deleted_transition_is_live_while_no_copy_is_added()
    {
        StoreWriter writer = new();
        writer.Add("V", [1], VariableState.InDeletedTransition);
        writer.Add("V", [2], VariableState.HeaderValidOnly);

        Find(Open(writer.Image), "V").ShouldBe("01");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_added_copy_wins_over_one_in_deleted_transition(bool addedFirst)
    {
        StoreWriter writer = new();
        writer.Add(
            "V",
            [addedFirst ? (byte)2 : (byte)1],
            addedFirst ? VariableState.Added : VariableState.InDeletedTransition
        );
        writer.Add(
            "V",
            [addedFirst ? (byte)1 : (byte)2],
            addedFirst ? VariableState.InDeletedTransition : VariableState.Added
        );

        Find(Open(writer.Image), "V").ShouldBe("02");
    }

    [Theory]
    [InlineData(VariableState.HeaderValidOnly)]
    [InlineData(Deleted)]
    [InlineData(DeletedInTransition)]
    [InlineData(0x00)]
    [InlineData(0x7e)]
    public void Entries_of_other_states_are_not_live(byte state)
    {
        StoreWriter writer = new();
        writer.Add("V", [1], state);
        writer.Add("Next", [9]);

        VariableStore store = Open(writer.Image);

        Find(store, "V").ShouldBeNull();
        Find(store, "Next").ShouldBe("09");
    }

    [Fact]
    public void A_header_whose_write_was_cut_off_takes_its_own_size_alone()
    {
        StoreWriter writer = new();
        int cut = writer.Add("", [], VariableState.HeaderIncomplete);
        int next = writer.Add("Next", [9]);
        writer.Image.AsSpan(cut + 36, 8).Fill(0xee); // meaningless sizes
        writer.Image.AsSpan(next, writer.End - next).CopyTo(writer.Image.AsSpan(cut + 60)); // only the header

        Find(Open(writer.Image), "Next").ShouldBe("09");
    }

    [Fact]
    public void A_name_is_the_whole_name()
    {
        StoreWriter writer = new();
        writer.Add("LamBootStateX", [1]);
        writer.Add("LamBootStat", [2]);
        writer.Add("LamBootState\0", [3]);

        Find(Open(writer.Image), "LamBootState").ShouldBeNull();
    }

    [Fact]
    public void An_entry_that_runs_past_the_store_ends_the_list()
    {
        StoreWriter writer = new();
        writer.Add("Before", [1]);
        int hostile = writer.Add("V", [2]);
        foreach (uint size in new[] { 0xfffffffeu, 0x7fffffffu, 0x40000u })
        {
            BinaryPrimitives.WriteUInt32LittleEndian(writer.Image.AsSpan(hostile + 40), size);

            VariableStore store = Open(writer.Image);
            VariableEntries entries = store.Entries;
            int count = 0;
            while (entries.MoveNext())
            {
                count++;
            }

            count.ShouldBe(1);
            entries.Overruns.ShouldBeTrue();
            Find(store, "Before").ShouldBe("01");
        }
    }

    private static VariableStore Open(byte[] image)
    {
        VariableStore
            .TryOpen(image, image.Length, out VariableStore store, out NvramError error)
            .ShouldBeTrue(error.ToString());
        return store;
    }

    private static string? Find(VariableStore store, string name) =>
        store.TryFind(name, EfiGuids.LamBoot, out VariableEntry entry) ? Convert.ToHexStringLower(entry.Data) : null;
}
