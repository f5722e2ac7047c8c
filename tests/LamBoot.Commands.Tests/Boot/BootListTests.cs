using System.Diagnostics;
using System.Text.Json;
using LamBoot.Commands.Tests.Rescue;
using LamBoot.Commands.Tests.SecureBoot;

namespace LamBoot.Commands.Tests.Boot;

/// <summary><c>boot VMID</c>: what a VM's firmware boots, with or without LamBoot, running or stopped.</summary>
public sealed class BootListTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Entries_are_listed_of_a_VM_that_runs_too(bool runs)
    {
        using StoreNode node = LoopingNode.On("raw");
        node.Tree.Hook(["boot", "100", "--next", "2"]).ExitCode.ShouldBe(0);
        using Process? qemu = runs ? node.Tree.RunQemu(100) : null;

        ProgramResult result = node.Tree.Hook(["boot", "100"]);

        qemu?.Kill(entireProcessTree: true);
        result.ShouldBe(
            new(
                0,
                $"""
                VM 100 (vm100), {(runs ? "running" : "stopped")}
                ENTRY  ORDER  DESCRIPTION                 STATE                                      LOADS
                0001   1      UEFI QEMU HARDDISK QM00001  by firmware, dead: no disk at SATA port 0  PciRoot(0x0)/Pci(0x1F,0x2)/Sata(0x0,0xFFFF,0x0)
                0000   2      UiApp                       hidden                                     Fv(7CB8BDC9-F8EB-4F34-AAEA-3EE4AF6516A1)/FvFile(462CAA21-7614-4503-836E-8AB6F4662331)
                0002   3      EFI Internal Shell          -                                          Fv(7CB8BDC9-F8EB-4F34-AAEA-3EE4AF6516A1)/FvFile(7C04A583-9E3E-4F1C-AD65-E05268D0B4D1)
                next boot, once: 0002 'EFI Internal Shell' (BootNext)

                """,
                ""
            )
        );
    }

    /// <summary>inspect shows the same as text and as JSON, even for an image without a VM, whose devices are unknown.</summary>
    [Fact]
    public void Inspect_shows_entries_and_order()
    {
        using StoreNode node = LoopingNode.On("raw");
        node.Tree.Hook(["boot", "100", "--next", "2"]).ExitCode.ShouldBe(0);

        JsonElement list = Json(node.Tree.Hook(["boot", "100", "--json"]));
        JsonElement inspected = Json(node.Tree.Hook(["inspect", "100", "--json"])).GetProperty("boot");
        JsonElement image = Json(node.Tree.Hook(["inspect", "--vars", node.Tree.ImagePath(100), "--json"]))
            .GetProperty("boot");

        JsonElement.DeepEquals(list, inspected).ShouldBeTrue();
        list.GetProperty("next").GetString().ShouldBe("0002");
        list.GetProperty("order")
            .EnumerateArray()
            .Select(number => number.GetString())
            .ShouldBe(["0001", "0000", "0002"]);
        list.GetProperty("entries")[0].GetProperty("dead").GetString().ShouldBe("no disk at SATA port 0");
        image.GetProperty("entries")[0].GetProperty("dead").ValueKind.ShouldBe(JsonValueKind.Null);
        node.Tree.Hook(["inspect", "100"])
            .Output.ShouldContain(
                "  boot order  0001 'UEFI QEMU HARDDISK QM00001', 0000 'UiApp', 0002 'EFI Internal Shell'\n"
                    + "              next boot, once: 0002 'EFI Internal Shell' (BootNext)\n"
            );
    }

    [Fact]
    public void A_store_without_entries_says_so()
    {
        using HostTree tree = new();
        tree.AddVm(100, "template-2m-ms");
        File.WriteAllBytes(tree.ImagePath(100), new StoreWriter().Image);

        tree.Hook(["boot", "100"])
            .ShouldBe(
                new(0, "VM 100 (vm100), stopped\nno boot entries: the firmware creates them at the next boot\n", "")
            );
        tree.Hook(["inspect", "100"]).Output.ShouldContain("  boot order  none\n");
    }

    [Theory]
    [InlineData("name: x\n", "VM 100: not-ovmf: ")]
    [InlineData("bios: ovmf\n", "VM 100: no-efidisk: ")]
    [InlineData("bios: ovmf\nefidisk0: local:100/gone.raw\n", "VM 100: unreadable: ")]
    public void What_cannot_be_read_is_told(string config, string reason)
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/qemu-server/100.conf", config);

        ProgramResult result = tree.Hook(["boot", "100"]);

        (result.ExitCode, result.Output).ShouldBe((1, ""));
        result.Error.ShouldStartWith($"lamboot-hook: {reason}");
        tree.Hook(["boot", "101"]).Error.ShouldStartWith("lamboot-hook: no VM 101 on this node");
    }

    private static JsonElement Json(ProgramResult result)
    {
        result.ExitCode.ShouldBe(0, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }
}
