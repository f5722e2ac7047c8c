using LamBoot.Nvram.Boot.Entries;

namespace LamBoot.Nvram.Tests.Boot.Entries;

/// <summary>Device paths are formatted like edk2's, and arbitrary bytes do no harm.</summary>
public sealed class DevicePathTests
{
    private const string End = "7fff0400";

    /// <summary>The paths of entries written by real firmware and operating systems.</summary>
    [Theory]
    [InlineData(
        "04071400c9bdb87cebf8344faaea3ee4af6516a10406140021aa2c4614760345836e8ab6f4662331",
        "Fv(7CB8BDC9-F8EB-4F34-AAEA-3EE4AF6516A1)/FvFile(462CAA21-7614-4503-836E-8AB6F4662331)"
    )]
    [InlineData(
        "02010c00d041030a0000000001010600021f03120a000000ffff0000",
        "PciRoot(0x0)/Pci(0x1F,0x2)/Sata(0x0,0xFFFF,0x0)"
    )]
    [InlineData(
        "04012a00010000000008000000000000000010000000000028732ac11ff8d211ba4b00a0c93ec93b0202"
            + "040434005c004500460049005c00640065006200690061006e005c007300680069006d007800360034002e006500660069000000",
        @"HD(1,GPT,C12A7328-F81F-11D2-BA4B-00A0C93EC93B,0x800,0x100000)/\EFI\debian\shimx64.efi"
    )]
    [InlineData(
        "02010c00d041030a00000000010106000003030b25005254001234560000000000000000000000000000000000000000000000000000010318130068747470733a2f2f782f612e656669",
        "PciRoot(0x0)/Pci(0x3,0x0)/MAC(525400123456,0x1)/Uri(https://x/a.efi)"
    )]
    public void Real_ones(string hex, string text) => Format(hex + End).ShouldBe(text);

    [Theory]
    [InlineData("0101060001 1f", "Pci(0x1F,0x1)")]
    [InlineData("0102050007", "PcCard(0x7)")]
    [InlineData("010318000b000000 0000a0ff00000000 ffff0f0000010000", "MemoryMapped(0xB,0xFFA00000,0x100000FFFFF)")]
    [InlineData("01041400 33221100554477668899aabbccddeeff", "VenHw(00112233-4455-6677-8899-AABBCCDDEEFF)")]
    [InlineData(
        "01041700 33221100554477668899aabbccddeeff 0a0bff",
        "VenHw(00112233-4455-6677-8899-AABBCCDDEEFF,0A0BFF)"
    )]
    [InlineData("01050800 05000000", "Ctrl(0x5)")]
    [InlineData("01060d00 01 0010000000000000", "BMC(0x1,0x1000)")]
    [InlineData("02010c00d041080a01000000", "PcieRoot(0x1)")]
    [InlineData("02010c00d041040600000000", "Floppy(0x0)")]
    [InlineData("02010c00d041010500000000", "Serial(0x0)")]
    [InlineData("02010c00d041340202000000", "Acpi(PNP0234,0x2)")]
    [InlineData("02010c004506340202000000", "Acpi(0x02340645,0x2)")]
    [InlineData("02021300d041030a00000000d041030a000000", "AcpiExp(PNP0A03,PNP0A03,)")]
    [InlineData("02021600d041030a01000000d041080a610062006300", "AcpiEx(PNP0A03,PNP0A08,0x1,a,c,b)")]
    [InlineData("0203080000010180", "AcpiAdr(0x80010100)")]
    [InlineData("02030c000001018001020380", "AcpiAdr(0x80010100,0x80030201)")]
    [InlineData("0301080001000200", "Ata(Secondary,Master,0x2)")]
    [InlineData("0302080010000200", "Scsi(0x10,0x2)")]
    [InlineData("03031800000000000100000000000000 0200000000000000", "Fibre(0x1,0x2)")]
    [InlineData("0304100000000000 efcdab8967452301", "I1394(0123456789ABCDEF)")]
    [InlineData("030506000201", "USB(0x2,0x1)")]
    [InlineData("0306080003000000", "I2O(0x3)")]
    [InlineData("030a14005347c1e0bef9d2119a0c0090273fc14d", "VenPcAnsi()")]
    [InlineData("030a1400 33221100554477668899aabbccddeeff", "VenMsg(00112233-4455-6677-8899-AABBCCDDEEFF)")]
    [InlineData("030e1300 00000000 00c2010000000000 08 01 01", "Uart(115200,8,N,1)")]
    [InlineData("030e1300 00000000 0000000000000000 00 09 09", "Uart(DEFAULT,DEFAULT,x,x)")]
    [InlineData("030f0b00 ffff ffff 08 ff ff", "UsbMassStorage(0xFFFF,0xFFFF,0xFF,0xFF)")]
    [InlineData("030f0b00 3412 7856 fe 02 01", "UsbIrdaBridge(0x1234,0x5678,0x1)")]
    [InlineData("030f0b00 3412 7856 55 02 01", "UsbClass(0x1234,0x5678,0x55,0x2,0x1)")]
    [InlineData("03100e00 0100 3412 7856 41004200", "UsbWwid(0x1234,0x5678,0x1,\"AB\")")]
    [InlineData("0311050003", "Unit(0x3)")]
    [InlineData(
        "03151800 00000000 0102030405060708 0000000000000001",
        "FibreEx(0x0102030405060708,0x0000000000000001)"
    )]
    [InlineData(
        "03161800 0102030405060708 0000000000000001 2202 0500",
        "SasEx(0x0102030405060708,0x0000000000000001,0x5,SAS,External,Direct,0x3)"
    )]
    [InlineData("03171000 01000000 0102030405060708", "NVMe(0x1,08-07-06-05-04-03-02-01)")]
    [InlineData("031906000001", "UFS(0x0,0x1)")]
    [InlineData("031a050001", "SD(0x1)")]
    [InlineData("031d050001", "eMMC(0x1)")]
    [InlineData("03140600 6400", "Vlan(100)")]
    [InlineData(
        "030c1b00 00000000 c0a80001 0000 0000 1100 00 00000000 00000000",
        "IPv4(192.168.0.1,UDP,DHCP,0.0.0.0,0.0.0.0,0.0.0.0)"
    )]
    [InlineData("030c1300 0a000002 0a000001 0000 5000 0600 01", "IPv4(10.0.0.1,TCP,Static,10.0.0.2)")]
    [InlineData(
        "030d3c00 fe800000000000000000000000000001 20010db8000000000000000000000002 0000 0000 1100 01 40 fe800000000000000000000000000003",
        "IPv6(2001:0DB8:0000:0000:0000:0000:0000:0002,UDP,StatelessAutoConfigure,FE80:0000:0000:0000:0000:0000:0000:0001,0x40,FE80:0000:0000:0000:0000:0000:0000:0003)"
    )]
    [InlineData(
        "03131500 0000 0008 0000000000000001 0100 69716e",
        "iSCSI(iqn,0x1,0x0000000000000001,None,None,None,TCP)"
    )]
    [InlineData("031f1500 00 08080808000000000000000000000000", "Dns(8.8.8.8)")]
    [InlineData("03180400", "Uri()")]
    [InlineData(
        "04012a0002000000 3f00000000000000 0001000000000000 efbeadde000000000000000000000000 0101",
        "HD(2,MBR,0xDEADBEEF,0x3F,0x100)"
    )]
    [InlineData(
        "04012a0002000000 3f00000000000000 0001000000000000 00000000000000000000000000000000 0100",
        "HD(2,0,0,0x3F,0x100)"
    )]
    [InlineData("04021800 00000000 1400000000000000 0200000000000000", "CDROM(0x0,0x14,0x2)")]
    [InlineData("04081800 00000000 1000000000000000 2000000000000000", "Offset(0x10,0x20)")]
    [InlineData(
        "04092600 0010000000000000 ff1f000000000000 5a53ab77fc454b625560f7b281d1f96e 0000",
        "VirtualDisk(0x1000,0x1FFF,0)"
    )]
    [InlineData("05010b00 0200 0100 484400", "BBS(HD,HD,0x1)")]
    public void Every_kind(string hex, string text) => Format(hex + End).ShouldBe(text);

    [Theory]
    [InlineData("0101050001", "Path(1,1,01)")] // a known one with another length
    [InlineData("04012900" + "00", null)]
    [InlineData("09070600abcd", "Path(9,7,ABCD)")]
    [InlineData("09070400", "Path(9,7)")]
    [InlineData("03ff0500ff", "Path(3,255,FF)")]
    public void Unknown_ones_are_given_whole(string hex, string? text)
    {
        if (text is not null)
        {
            Format(hex + End).ShouldBe(text);
        }
        else
        {
            DevicePath.Format(Convert.FromHexString(hex), out bool isWhole).ShouldBeEmpty();
            isWhole.ShouldBeFalse();
        }
    }

    [Fact]
    public void Instances_are_parted_by_commas() =>
        Format("02010c00d041030a00000000" + "7f010400" + "01010600011f" + "01010600001f" + End)
            .ShouldBe("PciRoot(0x0),Pci(0x1F,0x1)/Pci(0x1F,0x0)");

    [Theory]
    [InlineData("", "")]
    [InlineData("7f", "")]
    [InlineData("01010600011f", "Pci(0x1F,0x1)")] // no end node
    [InlineData("01010600011f0101", "Pci(0x1F,0x1)")]
    [InlineData("01010000011f" + End, "")] // a node with length zero would never end
    [InlineData("01010300011f" + End, "")]
    [InlineData("0101ffff011f" + End, "")]
    public void What_does_not_end_is_read_as_far_as_it_goes(string hex, string text)
    {
        DevicePath.Format(Convert.FromHexString(hex), out bool isWhole).ShouldBe(text);
        isWhole.ShouldBeFalse();
    }

    [Fact]
    public void A_text_is_bounded()
    {
        byte[] many = [.. Enumerable.Repeat(Convert.FromHexString("01010600011f"), 10_000).SelectMany(node => node)];
        DevicePath.Format(many, out bool isWhole).Length.ShouldBe(DevicePath.MaximumLength);
        isWhole.ShouldBeFalse();
        byte[] large = [9, 9, 0xff, 0xff, .. new byte[0xfffb]];
        DevicePath
            .Format([.. large, .. Convert.FromHexString(End)], out isWhole)
            .Length.ShouldBe(DevicePath.MaximumLength);
        isWhole.ShouldBeFalse();
    }

    private static string Format(string hex)
    {
        string text = DevicePath.Format(
            Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)),
            out bool isWhole
        );
        isWhole.ShouldBeTrue();
        return text;
    }
}
