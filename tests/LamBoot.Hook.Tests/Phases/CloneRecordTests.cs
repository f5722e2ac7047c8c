using System.Text;

namespace LamBoot.Hook.Tests.Phases;

/// <summary>A clone's store tells of its source's boot until the clone has booted itself.</summary>
public sealed class CloneRecordTests
{
    [Fact]
    public void A_clones_store_is_its_sources_until_it_has_booted()
    {
        using HostTree tree = new();
        tree.Write("/var/lib/lamboot/900.json", "{}");
        tree.AddVm(101, "crash-255", $"args: {HostTree.Args}900.json\n");
        tree.Monitor("--vmid", "101", "--json").Output.ShouldContain("\"error\": \"not-started: ");

        VmStart.Run(tree, 101).Output.ShouldContain("\"vmid\": \"101\"");

        // Its QEMU ended before the firmware reached LamBoot.
        tree.Phase(101, "post-stop").Output.ShouldContain("health unknown: not-started: LamBoot has not run");
        tree.Monitor("--vmid", "101", "--json").Output.ShouldContain("\"status\": \"unknown\"");
        tree.Phase(101, "pre-start").Output.ShouldNotContain("previous boot");
        File.Exists(tree.Log).ShouldBeFalse();

        CorpusImage.Get("confirmed-4m").WriteTo(tree.ImagePath(101));
        tree.Phase(101, "post-stop").Output.ShouldContain("health healthy");
        tree.Records().ShouldBe(["post-stop BootedOK 0"]);
    }

    /// <summary>A VM that runs has started, whatever its args name.</summary>
    [Fact]
    public void The_boot_of_a_VM_that_migrates_here_is_its_own()
    {
        using HostTree tree = new();
        tree.Write("/var/lib/lamboot/900.json", "{}");
        tree.AddVm(101, "confirmed-4m", $"args: {HostTree.Args}900.json\n");
        Directory.CreateDirectory(tree.Path("/etc/pve/nodes/pve2/qemu-server"));
        string away = tree.Path("/etc/pve/nodes/pve2/qemu-server/101.conf");
        File.Move(tree.Config(101), away);
        using HeldLock held = new(tree, 101);

        tree.Phase(101, "pre-start", ("PVE_MIGRATED_FROM", "pve2")).ExitCode.ShouldBe(0);
        tree.Phase(101, "post-start", ("PVE_MIGRATED_FROM", "pve2")).ExitCode.ShouldBe(0);
        File.Move(away, tree.Config(101));

        tree.Phase(101, "post-stop").Output.ShouldContain("health healthy");
    }

    /// <summary>A migration copies a local disk only after pre-start: its boots so far are not known there.</summary>
    [Fact]
    public void An_empty_disk_to_which_a_VM_migrates_says_nothing_about_its_boots()
    {
        using HostTree tree = new();
        tree.AddVm(101, "confirmed-4m");
        File.WriteAllBytes(tree.ImagePath(101), new byte[540672]);
        Directory.CreateDirectory(tree.Path("/etc/pve/nodes/pve2/qemu-server"));
        File.Move(tree.Config(101), tree.Path("/etc/pve/nodes/pve2/qemu-server/101.conf"));
        using HeldLock held = new(tree, 101);

        tree.Phase(101, "pre-start", ("PVE_MIGRATED_FROM", "pve2")).ExitCode.ShouldBe(0);

        File.ReadAllText(tree.Path("/run/lamboot/101.recorded")).ShouldBe("-\n-\n");
    }

    /// <summary>Without a clock, the firmware's own count tells a boot from the previous one.</summary>
    [Fact]
    public void A_clone_without_a_clock_has_booted_when_its_firmware_has()
    {
        using HostTree tree = new();
        tree.Write("/var/lib/lamboot/900.json", "{}");
        tree.AddVm(101, "ts-zero", $"args: {HostTree.Args}900.json\n");
        VmStart.Run(tree, 101).ExitCode.ShouldBe(0);
        tree.Phase(101, "post-stop").Output.ShouldContain("not-started: ");
        File.Exists(tree.Log).ShouldBeFalse();

        CountBoot(tree.ImagePath(101));

        tree.Phase(101, "post-stop").Output.ShouldNotContain("not-started: ");
        tree.Phase(101, "post-stop");
        tree.Records().Count.ShouldBe(1);
        CountBoot(tree.ImagePath(101));
        tree.Phase(101, "post-stop");
        tree.Records().Count.ShouldBe(2);
    }

    /// <summary>Increments MTC, wherever it is in the flash.</summary>
    private static void CountBoot(string image)
    {
        byte[] flash = File.ReadAllBytes(image);
        byte[] name = Encoding.Unicode.GetBytes("MTC\0");
        int found = 0;
        for (int at = 0; (at = Find(flash, name, at)) >= 0; at += name.Length)
        {
            flash[at + name.Length]++;
            found++;
        }

        found.ShouldBeGreaterThan(0);
        File.WriteAllBytes(image, flash);
    }

    private static int Find(byte[] flash, byte[] name, int from)
    {
        int at = flash.AsSpan(from).IndexOf(name);
        return at < 0 ? at : from + at;
    }
}
