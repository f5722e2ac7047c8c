namespace LamBoot.EndToEnd.Tests;

/// <summary><c>rescue</c> and <c>reset</c>, obeyed by a guest that acts like LamBoot's loader.</summary>
public sealed class RescueTests
{
    private const string Plan = "entry=61726368 fallback=726573637565"; // arch, rescue

    [Fact]
    public void A_rescued_VM_goes_to_its_fallback_until_a_boot_is_confirmed()
    {
        using GuestNode node = new();
        node.AddVm(100);
        node.Boot(100, Plan + " ok").Wrote!.LastEntry.ShouldBe("arch");
        node.BootAndStop(100, Plan).Wrote!.LastEntry.ShouldBe("arch");

        ProgramResult rescued = node.Tree.Hook(["rescue", "100"]);

        rescued.ExitCode.ShouldBe(0, rescued.Error);
        rescued.Output.ShouldStartWith("VM 100: state: Booting, 0 crashes -> CrashLoop, 255 crashes\n");
        rescued.Output.ShouldContain("VM 100: last confirmed boot: entry arch, ");
        GuestBoot first = node.BootAndStop(100, Plan);
        (first.Found.StateCode, first.Found.CrashCount).ShouldBe((3, 255));
        (first.Wrote!.LastEntry, first.Wrote.StateCode, first.Wrote.CrashCount).ShouldBe(("rescue", 1, 255));
        node.Boot(100, Plan + " ok").Wrote!.LastEntry.ShouldBe("rescue");
        node.Boot(100, Plan + " ok").Wrote!.LastEntry.ShouldBe("arch");
        node.Records(100).Count.ShouldBe(5); // one per boot, and none of ours
    }

    [Fact]
    public void A_reset_VM_goes_to_its_usual_entry_again()
    {
        using GuestNode node = new();
        node.AddVm(100);
        node.Boot(100, Plan + " ok");
        for (int crash = 0; crash < 3; crash++)
        {
            node.BootAndStop(100, Plan).Wrote!.LastEntry.ShouldBe("arch");
        }

        node.BootAndStop(100, Plan).Wrote!.LastEntry.ShouldBe("rescue");
        node.Tree.Monitor("--exit-code").ExitCode.ShouldBe(2);

        node.Tree.Hook(["reset", "100"]).ExitCode.ShouldBe(0);

        node.Tree.Monitor("--exit-code").ExitCode.ShouldNotBe(2);
        GuestBoot boot = node.BootAndStop(100, Plan);
        (boot.Found.StateCode, boot.Found.CrashCount, boot.Wrote!.LastEntry).ShouldBe((0, 0, "arch"));
    }

    /// <summary>Stopped, changed and started again by one command, under Proxmox VE's own rules.</summary>
    [Fact]
    public void A_VM_that_hangs_is_rescued_by_one_command()
    {
        using GuestNode node = new();
        node.AddVm(100);
        node.Boot(100, Plan + " ok");
        node.Start(100, Plan);
        node.WaitForSerial(100, "guest: hangs");

        ProgramResult rescued = node.Tree.Hook(["rescue", "100", "--stop", "--start"]);

        rescued.ExitCode.ShouldBe(0, rescued.Error);
        rescued.Output.ShouldStartWith("VM 100: stopped\n");
        rescued.Output.ShouldEndWith("VM 100: started\n");
        node.WaitForSerial(100, "guest: hangs");
        (node.Boots(100)[^1].Found.StateCode, node.Boots(100)[^1].Wrote!.CrashCount).ShouldBe((3, 255));
        node.Records(100).Count.ShouldBe(2); // including that of the hang, before its state was set
    }
}
