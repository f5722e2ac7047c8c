using System.Text;
using LamBoot.Commands.Boot;

namespace LamBoot.Commands.Tests.Boot;

/// <summary>A table test of which boot entries lead nowhere, given a VM's configuration.</summary>
public sealed class VmDevicesTests
{
    private const string Shim =
        @"HD(1,GPT,0FC63DAF-8483-4772-8E79-3D69D8477DE4,0x800,0x100000)/\EFI\debian\shimx64.efi";
    private const string Sata = "PciRoot(0x0)/Pci(0x1F,0x2)/Sata(0x2,0xFFFF,0x0)";
    private const string Pxe =
        "PciRoot(0x0)/Pci(0x12,0x0)/MAC(BC2411AABBCC,0x1)/IPv4(0.0.0.0,0x0,DHCP,0.0.0.0,0.0.0.0,0.0.0.0)";

    [Theory]
    [InlineData("", Shim, "the VM has no disk")]
    [InlineData("efidisk0: local:1/x.raw\nunused0: local:1/y.raw\n", Shim, "the VM has no disk")]
    [InlineData("virtio0: local:1/x.raw\n", Shim, null)]
    [InlineData("sata2: local:1/x.raw\n", Sata, null)]
    [InlineData("ide2: none,media=cdrom\n", Sata, null)]
    [InlineData("sata1: local:1/x.raw\n", Sata, "no disk at SATA port 2")]
    [InlineData("scsihw: virtio-scsi-single\nscsi3: x\n", "PciRoot(0x0)/Pci(0x1,0x0)/Scsi(0x0,0x3)", null)]
    [InlineData(
        "scsihw: virtio-scsi-pci\nscsi0: x\n",
        "PciRoot(0x0)/Pci(0x5,0x0)/Scsi(0x0,0x3)",
        "no SCSI disk with target 0, LUN 3"
    )]
    [InlineData("scsi10: x\n", "PciRoot(0x0)/Pci(0x5,0x0)/Scsi(0x3,0x0)", null)]
    [InlineData(
        "scsihw: lsi53c810\nscsi4: x\n",
        "PciRoot(0x0)/Pci(0x5,0x0)/Scsi(0x3,0x0)",
        "no SCSI disk with target 3, LUN 0"
    )]
    [InlineData("scsihw: pvscsi\nscsi10: x\n", "PciRoot(0x0)/Pci(0x5,0x0)/Scsi(0xA,0x0)", null)]
    [InlineData("net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr0\n", Pxe, null)]
    [InlineData("net0: virtio=BC:24:11:AA:BB:CD,bridge=vmbr0\n", Pxe, "no network device with MAC BC2411AABBCC")]
    [InlineData("hostpci0: 01:00\n", Pxe, null)]
    [InlineData("usb0: host=1-1\n", Shim, null)]
    [InlineData("args: -device nvme\n", Shim, null)]
    [InlineData("args: -fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/100.json\n", Shim, "the VM has no disk")]
    [InlineData("\n[before]\nscsi0: x\n", Shim, "the VM has no disk")]
    [InlineData("", "Fv(7CB8BDC9-F8EB-4F34-AAEA-3EE4AF6516A1)/FvFile(462CAA21-7614-4503-836E-8AB6F4662331)", null)]
    [InlineData("", "PciRoot(0x0)/Pci(0x2,0x0)", null)]
    [InlineData("", "", null)]
    [InlineData("scsi0: x\nscsi99999999999: x\nscsi: x\n", "Scsi(0xFFFFFFFFFF,0x0)/Scsi(,)/Sata()/MAC()/HD(/)(", null)]
    public void Only_what_the_configuration_rules_out_is_dead(string config, string path, string? reason) =>
        new VmDevices(new(Encoding.UTF8.GetBytes("bios: ovmf\n" + config))).WhyDead(path).ShouldBe(reason);
}
