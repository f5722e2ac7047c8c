using System.Diagnostics;
using System.Text.Json;

namespace LamBoot.Commands.Tests.Inspect;

/// <summary><c>inspect VMID</c>: a VM as it is now.</summary>
public sealed class InspectTests
{
    [Fact]
    public void Inspect_of_a_healthy_VM()
    {
        using HostTree tree = Trees.Healthy();

        tree.Hook(["inspect", "100"]).Output.ShouldBeGolden(tree);
    }

    [Fact]
    public void Inspect_as_JSON()
    {
        using HostTree tree = Trees.Healthy();

        ProgramResult result = tree.Hook(["inspect", "100", "--json"]);

        result.Error.ShouldBe("");
        result.Output.ShouldBeGolden(tree);
    }

    [Fact]
    public void Inspect_of_a_clone_in_trouble()
    {
        using HostTree tree = new();
        tree.Write("/var/lib/lamboot/900.json", "{}");
        tree.AddVm(101, "entryraw-long200", $"args: {HostTree.Args}900.json\n");

        tree.Hook(["inspect", "101"]).Output.ShouldBeGolden(tree);
    }

    [Theory]
    [InlineData("args: -x 'y\n", "args has an unclosed quote, so Proxmox VE ignores all of it")]
    [InlineData(
        $"args: {HostTree.Args}100.json\n",
        "QEMU will not start: args points to a missing file (/var/lib/lamboot/100.json)"
    )]
    [InlineData(
        $"args: {HostTree.Args}1.json {HostTree.Args}2.json\n",
        "QEMU will not start: args points to two identity files (/var/lib/lamboot/1.json, /var/lib/lamboot/2.json)"
    )]
    [InlineData("", "no identity (args points to no identity file)")]
    public void Inspect_tells_what_the_next_boot_is_given(string args, string told)
    {
        using HostTree tree = new();
        tree.AddVm(100, more: args);

        tree.Hook(["inspect", "100"]).Output.ShouldContain($"  next boot   {told}\n");
    }

    [Fact]
    public void A_BIOS_VM_is_not_told_to_be_attached()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/qemu-server/103.conf", "name: bios\n");

        tree.Hook(["inspect", "103"]).Output.ShouldContain("  identity    none: not a UEFI VM\n");
    }

    [Fact]
    public void Inspect_tells_what_the_running_QEMU_was_given()
    {
        using HostTree tree = Trees.Healthy();
        string[] arguments = ["-id", "100", "-fw_cfg", "name=opt/lamboot/config,file=/var/lib/lamboot/900.json"];
        using Process qemu = Process.Start("/bin/sh", ["-c", "sleep 60; :", "kvm", .. arguments]);
        try
        {
            tree.Write("/run/qemu-server/100.pid", $"{qemu.Id}\n");

            ProgramResult result = tree.Hook(["inspect", "100"]);

            result.Output.ShouldStartWith("VM 100 (vm100) on pve1, running\n");
            result.Output.ShouldContain("  this boot   gets another identity file (/var/lib/lamboot/900.json)\n");
        }
        finally
        {
            qemu.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void A_running_VMs_image_is_read_again_when_it_is_caught_in_mid_update()
    {
        using HostTree tree = Trees.Healthy();
        byte[] image = File.ReadAllBytes(tree.ImagePath(100));
        byte[] erased = (byte[])image.Clone();
        erased.AsSpan(0, 0x1000).Fill(0xff);
        using Process qemu = tree.RunQemu(100);
        try
        {
            File.WriteAllBytes(tree.ImagePath(100), erased);
            tree.Hook(["inspect", "100"]).Output.ShouldContain("health      unknown: erased: ");
            using Timer firmware = new(_ => File.WriteAllBytes(tree.ImagePath(100), image), null, 50, Timeout.Infinite);

            tree.Hook(["inspect", "100"]).Output.ShouldContain("health      healthy: ");
        }
        finally
        {
            qemu.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void A_pid_that_passed_on_to_another_process_is_no_VM()
    {
        using HostTree tree = Trees.Healthy();
        tree.Write("/run/qemu-server/100.pid", $"{Environment.ProcessId}\n");

        tree.Hook(["inspect", "100"]).Output.ShouldStartWith("VM 100 (vm100) on pve1, stopped\n");
    }

    [Fact]
    public void Inspect_of_no_VM_is_one_line_and_1()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/lxc/200.conf", "arch: amd64\n");

        tree.Hook(["inspect", "100"])
            .ShouldBe(
                new(
                    1,
                    "",
                    "lamboot-hook: no VM 100 on this node (/etc/pve/qemu-server/100.conf); qm list shows the VMs here\n"
                )
            );
        tree.Hook(["inspect", "200"])
            .ShouldBe(new(1, "", "lamboot-hook: 200 is a container: it has no UEFI firmware\n"));
    }

    [Fact]
    public void Inspect_of_no_VM_is_one_JSON_value_too()
    {
        using HostTree tree = new();

        ProgramResult result = tree.Hook(["inspect", "100", "--json"]);

        result.ExitCode.ShouldBe(1);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        json.RootElement.GetProperty("health").GetProperty("status").GetString().ShouldBe("unknown");
    }

    [Fact]
    public void Inspect_changes_nothing()
    {
        using HostTree tree = Trees.Healthy();
        Dictionary<string, string> before = tree.Snapshot();

        tree.Hook(["inspect", "100"]);
        tree.Hook(["inspect", "100", "--json"]);

        tree.Snapshot().ShouldBe(before);
    }
}
