using System.Text;
using LamBoot.Nvram.Boot.Entries;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Boot.Entries;

/// <summary>What the firmware boots, read and changed.</summary>
public sealed class BootEntriesTests
{
    private const string Pci = "02010c00d041030a000000007fff0400";

    [Fact]
    public void Those_of_a_real_store_are_read()
    {
        BootEntries boot = Read(CorpusImage.Get("template-2m-ms").ReadBytes());

        boot.Entries.ShouldContain(entry =>
            entry.Number == 1
            && entry.Description == "UEFI QEMU HARDDISK QM00001 "
            && entry.Path == "PciRoot(0x0)/Pci(0x1F,0x2)/Sata(0x0,0xFFFF,0x0)"
            && entry.IsActive
            && !entry.IsHidden
            && entry.OptionalDataSize == 16
            && !entry.IsMalformed
        );
        boot.Order.ShouldBeEmpty(); // no firmware has booted it yet
        boot.Next.ShouldBeNull();
        boot.EntersSetup.ShouldBeFalse();
        boot.Malformed.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Every_real_store_has_whole_ones_in_an_order_that_names_them(string name)
    {
        BootEntries boot = Read(CorpusImage.Get(name).ReadBytes());

        boot.Malformed.ShouldBeEmpty();
        boot.Order.ShouldNotBeEmpty();
        boot.Order.ShouldAllBe(number => boot.Entries.Any(entry => entry.Number == number));
    }

    /// <summary>Those whose firmware was not stopped while it wrote them.</summary>
    public static TheoryData<string> Images =>
        [
            .. CorpusImage
                .All.Where(image => image.Name.StartsWith("single", StringComparison.Ordinal) && !image.IsQcow2)
                .Select(image => image.Name),
        ];

    [Fact]
    public void Only_upper_case_digits_are_a_boot_entrys()
    {
        StoreWriter writer = new();
        foreach (
            string name in new[]
            {
                "Boot000A",
                "Boot000a",
                "Boot00A",
                "Boot0000A",
                "BootOrderX",
                "Boot 00A",
                "Boot+00A",
                "boot000B",
            }
        )
        {
            writer.Add(name, Option(1, "x", Pci), vendor: EfiGuids.GlobalVariable);
        }

        writer.Add("Boot000C", Option(1, "x", Pci));

        Read(writer.Image).Entries.ShouldHaveSingleItem().Name.ShouldBe("Boot000A");
    }

    [Fact]
    public void An_option_is_read_as_far_as_it_goes()
    {
        byte[] option = [.. Option(9, "Größe \u001b[31m", Pci), 1, 2, 3];
        BootEntry entry = BootEntry.Read(3, option);

        entry.IsActive.ShouldBeTrue();
        entry.IsHidden.ShouldBeTrue();
        entry.Description.ShouldBe("Größe \u001b[31m");
        entry.Path.ShouldBe("PciRoot(0x0)");
        entry.OptionalDataSize.ShouldBe(3);
        entry.IsMalformed.ShouldBeFalse();
        for (int length = 0; length < option.Length - 3; length++)
        {
            BootEntry.Read(3, option.AsSpan(0, length)).IsMalformed.ShouldBeTrue($"{length} bytes");
        }
    }

    [Fact]
    public void Variables_of_other_sizes_are_named()
    {
        StoreWriter writer = new();
        writer.Add("BootOrder", [1, 0, 2], vendor: EfiGuids.GlobalVariable);
        writer.Add("BootNext", [1], vendor: EfiGuids.GlobalVariable);
        writer.Add("OsIndications", [1, 0, 0, 0], vendor: EfiGuids.GlobalVariable);
        writer.Add("Boot0001", [1], vendor: EfiGuids.GlobalVariable);

        BootEntries boot = Read(writer.Image);

        boot.Malformed.ShouldBe(["Boot0001", "BootNext: 1 byte", "OsIndications: 4 bytes", "BootOrder: 3 bytes"]);
        boot.Order.ShouldBe([(ushort)1]);
        boot.Next.ShouldBeNull();
        boot.EntersSetup.ShouldBeFalse();
    }

    [Fact]
    public void A_store_without_any_has_none()
    {
        BootEntries boot = Read(new StoreWriter().Image);

        boot.Entries.ShouldBeEmpty();
        boot.Order.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_booted_next_can_be_set_and_taken_back()
    {
        VariableWriter writer = Open(CorpusImage.Get("single-00-4m-ok").ReadBytes());
        List<string> before = Others(writer);

        BootEntriesWriter.SetNext(writer, 0x12ab);
        BootEntriesWriter.SetEntersSetup(writer, true);
        BootEntriesWriter.SetOrder(writer, [2, 0, 0xffff]);

        BootEntries boot = BootEntries.Read(writer.Store);
        boot.Next.ShouldBe((ushort)0x12ab);
        boot.EntersSetup.ShouldBeTrue();
        boot.Order.ShouldBe([(ushort)2, (ushort)0, (ushort)0xffff]);
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
        boot.Order.ShouldBeEmpty();
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
            store.Add($"Boot{number:X4}", Option(1, "x", Pci), vendor: EfiGuids.GlobalVariable);
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

    private static string Bits(VariableWriter writer)
    {
        writer.Store.TryFind("OsIndications", EfiGuids.GlobalVariable, out VariableEntry entry).ShouldBeTrue();
        return Convert.ToHexString(entry.Data);
    }

    /// <summary>Every live variable that no test here changes.</summary>
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

    private static byte[] Option(byte attributes, string description, string path)
    {
        byte[] bytes = Convert.FromHexString(path);
        return [attributes, 0, 0, 0, (byte)bytes.Length, 0, .. Encoding.Unicode.GetBytes(description + "\0"), .. bytes];
    }

    private static VariableWriter Open(byte[] image)
    {
        VariableWriter.TryOpen(image, out VariableWriter? writer, out string reason).ShouldBeTrue(reason);
        return writer!;
    }

    private static BootEntries Read(byte[] image)
    {
        VariableStore
            .TryOpen(image, image.Length, out VariableStore store, out NvramError error)
            .ShouldBeTrue($"{error}");
        return BootEntries.Read(store);
    }
}
