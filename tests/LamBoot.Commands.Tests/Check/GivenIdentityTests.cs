using System.Diagnostics;

namespace LamBoot.Commands.Tests.Check;

/// <summary>The phases, inspect and check agree on what a start gives the guest.</summary>
public sealed class GivenIdentityTests
{
    private const string Hooked = "hookscript: local:snippets/lamboot-hook\n";

    [Fact]
    public void A_clones_first_start_is_told_as_what_it_was()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(900, more: $"{Hooked}args: {HostTree.Args}900.json\n");
        tree.AddVm(101, more: $"{Hooked}args: {HostTree.Args}900.json\n");
        const string First =
            "gets its own identity through another VM's file (/var/lib/lamboot/900.json): a clone's first start";
        tree.Hook(["inspect", "101"]).Output.ShouldContain($"  next boot   {First}\n");
        tree.Hook(["check"]).Output.ShouldNotContain("vm-document-missing"); // the hook writes it

        VmStart.Run(tree, 101).Output.ShouldContain("\"vmid\": \"101\"");
        using Process qemu = RunQemu(tree, 101, "900.json");
        try
        {
            ProgramResult result = tree.Hook(["inspect", "101"]);

            result.Output.ShouldContain($"  this boot   {First}\n");
            result.Output.ShouldContain("  next boot   gets its own identity (/var/lib/lamboot/101.json)\n");
        }
        finally
        {
            qemu.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void Without_our_hookscript_another_document_is_anothers_identity()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.Write("/var/lib/lamboot/900.json", "{}");
        tree.AddVm(101, more: $"args: {HostTree.Args}900.json\n");

        tree.Hook(["inspect", "101"])
            .Output.ShouldContain("  next boot   gets another identity file (/var/lib/lamboot/900.json)\n");
        tree.Hook(["check"]).Output.ShouldContain("no LamBoot hookscript gives it its own identity");
    }

    [Fact]
    public void Inspect_of_a_lender_whose_clones_start_died_tells_what_its_document_holds()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(900, more: $"args: {HostTree.Args}900.json\n");
        VmStart.Run(tree, 900).ExitCode.ShouldBe(0);
        tree.AddVm(101, more: $"args: {HostTree.Args}900.json\n");
        using Process dies = VmStart.Begin(tree, 101, "echo ready; exec sleep 60");
        dies.StandardOutput.ReadLine().ShouldBe("ready");
        dies.Kill(entireProcessTree: true);
        dies.WaitForExit();

        tree.Hook(["inspect", "900"])
            .Output.ShouldContain(
                "  identity    VM 101's, lent to its start (restored by lamboot-hook attach 900, or by the next start that needs it): fleet 'prod-cluster-01'"
            );
    }

    private static Process RunQemu(HostTree tree, int vmid, string document)
    {
        string[] arguments = ["-id", $"{vmid}", "-fw_cfg", $"name=opt/lamboot/config,file=/var/lib/lamboot/{document}"];
        Process qemu = Process.Start("/bin/sh", ["-c", "sleep 60; :", "kvm", .. arguments]);
        tree.Write($"/run/qemu-server/{vmid}.pid", $"{qemu.Id}\n");
        return qemu;
    }
}
