namespace LamBoot.EndToEnd.Tests;

/// <summary>Stores other than raw files: qcow2, LVM.</summary>
public sealed class StoreTests
{
    [Fact]
    public void A_store_in_qcow2_is_read()
    {
        using GuestNode node = new();
        node.AddVm(100, image: "vm-100-disk-0.qcow2");

        GuestBoot first = node.Boot(100, "ok");

        node.BootAndStop(100).Found.ShouldBe(first.Wrote);
    }

    /// <summary>In a small virtual machine whose kernel has device-mapper, with the firmware's QEMU inside it.</summary>
    [Fact]
    public void A_store_on_LVM_is_read()
    {
        LvmMachine machine = new("tests", "e2e", "lvm");

        machine.ShouldHavePassed("thick: a guest learns its identity and leaves its health");
        machine.ShouldHavePassed("thin: a guest learns its identity and leaves its health");
    }
}
