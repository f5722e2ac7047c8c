using LamBoot.Nvram.Boot.Entries;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Boot.Entries;

/// <summary>Changes to what the firmware boots.</summary>
public sealed class BootEntriesWriterTests
{
    [Fact]
    public void What_is_booted_next_can_be_set_and_taken_back()
    {
        VariableWriter writer = Open(CorpusImage.Get("single-00-4m-ok").ReadBytes());
        List<string> before = Others(writer);

        BootEntriesWriter.SetNext(writer, 0x12ab);
        BootEntriesWriter.SetEntersSetup(writer, true);
        BootEntriesWriter.SetOrder(writer, [2, 0]);

        BootEntries boot = BootEntries.Read(writer.Store);
        boot.Next.ShouldBe((ushort)0x12ab);
        boot.EntersSetup.ShouldBeTrue();
        boot.Order.ShouldBe([(ushort)2, (ushort)0]);
        Others(writer).ShouldBe(before);
        writer.Store.TryFind("BootNext", EfiGuids.GlobalVariable, out VariableEntry next).ShouldBeTrue();
        ((uint)next.Attributes).ShouldBe(7u);
        BootEntriesWriter.ClearNext(writer).ShouldBeTrue();
        BootEntriesWriter.ClearNext(writer).ShouldBeFalse();
        BootEntriesWriter.SetEntersSetup(writer, false);
        BootEntriesWriter.SetOrder(writer, []);
        boot = BootEntries.Read(writer.Store);
        boot.Next.ShouldBeNull();
        boot.EntersSetup.ShouldBeFalse();
        boot.Order.ShouldBeNull();
    }

    [Fact]
    public void Other_bits_of_the_indications_stay()
    {
        StoreWriter store = new();
        store.Add("OsIndications", [0x40, 0, 0, 0, 0, 0, 0, 0x80], vendor: EfiGuids.GlobalVariable);
        VariableWriter writer = Open(store.Image);

        BootEntriesWriter.SetEntersSetup(writer, true);

        Bits(writer).ShouldBe("4100000000000080");
        BootEntriesWriter.SetEntersSetup(writer, false);
        Bits(writer).ShouldBe("4000000000000080");
        VariableWriter empty = Open(new StoreWriter().Image);
        BootEntriesWriter.SetEntersSetup(empty, false);
        empty.Store.TryFind("OsIndications", EfiGuids.GlobalVariable, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_removed_entry_leaves_order_and_next_too()
    {
        StoreWriter store = new();
        foreach (ushort number in new ushort[] { 1, 2, 3 })
        {
            store.Add($"Boot{number:X4}", Option(), vendor: EfiGuids.GlobalVariable);
        }

        store.Add("BootOrder", [3, 0, 1, 0, 2, 0], vendor: EfiGuids.GlobalVariable);
        store.Add("BootNext", [1, 0], vendor: EfiGuids.GlobalVariable);
        VariableWriter writer = Open(store.Image);

        BootEntriesWriter.Remove(writer, 1).ShouldBeTrue();
        BootEntriesWriter.Remove(writer, 1).ShouldBeFalse();

        BootEntries boot = BootEntries.Read(writer.Store);
        boot.Entries.Select(entry => entry.Number).ShouldBe([(ushort)2, (ushort)3]);
        boot.Order.ShouldBe([(ushort)3, (ushort)2]);
        boot.Next.ShouldBeNull();
    }

    [Theory]
    [InlineData("2 0 2", "Boot0002 is in the order twice: name it once")]
    [InlineData("2 0 65535", "the store has no entry BootFFFF: name one that it has")]
    public void An_order_that_names_no_entry_or_one_twice_is_refused(string order, string reason)
    {
        VariableWriter writer = Open(CorpusImage.Get("single-00-4m-ok").ReadBytes());
        byte[] before = writer.Image.ToArray();

        Should
            .Throw<ArgumentException>(() =>
                BootEntriesWriter.SetOrder(writer, [.. order.Split(' ').Select(ushort.Parse)])
            )
            .Message.ShouldBe(reason);

        writer.Image.SequenceEqual(before).ShouldBeTrue();
    }

    /// <summary>The firmware accepts it this way, and it is the guest's.</summary>
    [Fact]
    public void What_else_is_wrong_with_an_order_stays_where_an_entry_is_removed()
    {
        StoreWriter store = new();
        store.Add("Boot0001", Option(), vendor: EfiGuids.GlobalVariable);
        store.Add("BootOrder", [9, 0, 1, 0, 9, 0, 7], vendor: EfiGuids.GlobalVariable);
        store.Add("BootNext", [9, 0], vendor: EfiGuids.GlobalVariable);
        VariableWriter writer = Open(store.Image);

        BootEntriesWriter.Remove(writer, 1).ShouldBeTrue();

        BootEntries boot = BootEntries.Read(writer.Store);
        boot.Order.ShouldBe([(ushort)9, (ushort)9]);
        boot.IsOrderMalformed.ShouldBeFalse();
        boot.Next.ShouldBe((ushort)9);
    }

    /// <summary>The order is written first, so that no order ever names an entry that is gone.</summary>
    [Fact]
    public void The_order_is_written_before_the_entry_goes()
    {
        const int Size = 0x4000;
        const int Room = 20; // for the volume's header and for the filler's own header and name, leaving too little for an order
        StoreWriter store = new(storeSize: Size);
        store.Add("Boot0001", Option(), vendor: EfiGuids.GlobalVariable);
        store.Add("BootOrder", [2, 0, 1, 0], vendor: EfiGuids.GlobalVariable);
        store.Add("Filler", new byte[Size - store.End - Room], vendor: EfiGuids.GlobalVariable);
        VariableWriter writer = Open(store.Image);

        BootEntriesWriter.Remove(writer, 1).ShouldBeTrue();

        // The list had no room for another order, and was compacted for it: an entry deleted before that is no longer there.
        List<string> names = [];
        foreach (VariableEntry entry in writer.Store.Entries)
        {
            names.Add(entry.Name);
        }

        names.ShouldBe(["Boot0001", "Filler", "BootOrder"]);
        BootEntries.Read(writer.Store).Entries.ShouldBeEmpty();
    }

    private static string Bits(VariableWriter writer)
    {
        writer.Store.TryFind("OsIndications", EfiGuids.GlobalVariable, out VariableEntry entry).ShouldBeTrue();
        return Convert.ToHexString(entry.Data);
    }

    /// <summary>All live variables that no test here changes.</summary>
    private static List<string> Others(VariableWriter writer)
    {
        List<string> others = [];
        foreach (VariableEntry entry in writer.Store.Variables)
        {
            if (entry.Name is not ("BootNext" or "BootOrder" or "OsIndications"))
            {
                others.Add($"{entry.VendorGuid} {entry.Name} {entry.Attributes} {Convert.ToHexString(entry.Data)}");
            }
        }

        return others;
    }

    /// <summary>An active entry x for a PCI host bridge.</summary>
    private static byte[] Option() =>
        Convert.FromHexString("01000000" + "1000" + "78000000" + "02010c00d041030a00000000" + "7fff0400");

    private static VariableWriter Open(byte[] image)
    {
        VariableWriter.TryOpen(image, out VariableWriter? writer, out string reason).ShouldBeTrue(reason);
        return writer!;
    }
}
