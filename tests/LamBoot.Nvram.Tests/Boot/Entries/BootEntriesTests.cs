using System.Text;
using LamBoot.Nvram.Boot.Entries;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Boot.Entries;

/// <summary>What the firmware boots.</summary>
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
        boot.Order.ShouldBeNull(); // no firmware has booted it yet
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
        boot.Order.ShouldNotBeNull().ShouldNotBeEmpty();
        boot.Order.ShouldAllBe(number => boot.Entries.Any(entry => entry.Number == number));
    }

    /// <summary>The images whose firmware was not stopped while writing them.</summary>
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
        boot.Order.ShouldBeNull();
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("", "", false)]
    [InlineData("01", "", true)]
    [InlineData("0200", "0002", false)]
    [InlineData("020001", "0002", true)]
    public void An_order_that_is_absent_empty_or_of_odd_length_is_three_things(string? bytes, string? order, bool isOdd)
    {
        StoreWriter writer = new();
        if (bytes is not null)
        {
            writer.Add("BootOrder", Convert.FromHexString(bytes), vendor: EfiGuids.GlobalVariable);
        }

        BootEntries boot = Read(writer.Image);

        (boot.Order is null ? null : string.Join(' ', boot.Order.Select(number => $"{number:X4}"))).ShouldBe(order);
        boot.IsOrderMalformed.ShouldBe(isOdd);
        boot.Malformed.Count.ShouldBe(isOdd ? 1 : 0);
    }

    private static byte[] Option(byte attributes, string description, string path)
    {
        byte[] bytes = Convert.FromHexString(path);
        return [attributes, 0, 0, 0, (byte)bytes.Length, 0, .. Encoding.Unicode.GetBytes(description + "\0"), .. bytes];
    }

    private static BootEntries Read(byte[] image)
    {
        VariableStore
            .TryOpen(image, image.Length, out VariableStore store, out NvramError error)
            .ShouldBeTrue($"{error}");
        return BootEntries.Read(store);
    }
}
