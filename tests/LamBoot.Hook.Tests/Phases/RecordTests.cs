using System.Text.Json;

namespace LamBoot.Hook.Tests.Phases;

/// <summary>Every boot is recorded exactly once, with or without its post-stop.</summary>
public sealed class RecordTests
{
    [Fact]
    public void A_boot_whose_post_stop_never_came_is_recorded_at_the_next_pre_start()
    {
        using HostTree tree = new();
        tree.AddVm(100, "missing-all");
        tree.Phase(100, "pre-start");
        CorpusImage.Get("panic-255").WriteTo(tree.ImagePath(100)); // it booted, then the host died
        Directory.Delete(tree.Path("/run/lamboot"), recursive: true);

        ProgramResult result = tree.Phase(100, "pre-start");

        result.Output.ShouldContain(
            "previous boot (not recorded at shutdown): critical: kernel panic: Attempted to kill init! exitcode=0x00000100 (Booting, 255 crashes, entry linux-xxxxxxxxxxxxxxxxxxx"
        );
        tree.Records().ShouldBe(["pre-start Booting 255"]);
        tree.Phase(100, "post-start");
        tree.Phase(100, "post-stop").Output.ShouldContain("health warning"); // its panic was in the previous run
        tree.Phase(100, "pre-start").Output.ShouldNotContain("previous boot");
        tree.Records().ShouldBe(["pre-start Booting 255"]);
    }

    [Fact]
    public void What_is_known_of_a_VM_is_replaced_and_never_emptied_first()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "post-stop");
        string path = tree.Path("/var/lib/lamboot/state/100.boots");
        string before = File.ReadAllText(path);
        using StreamReader known = new(path);
        CorpusImage.Get("crash-255").WriteTo(tree.ImagePath(100));

        tree.Phase(100, "post-stop");

        known.ReadToEnd().ShouldBe(before);
        before.ShouldStartWith("-\nconfirmed\n");
        File.ReadAllText(path).ShouldStartWith(before, customMessage: "one more boot");
    }

    [Fact]
    public void A_boot_that_post_stop_recorded_is_not_recorded_again()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "pre-start");
        tree.Phase(100, "post-stop");
        tree.AddVm(101, "confirmed-4m");
        tree.Phase(101, "post-stop"); // the same store is another VM's boot

        tree.Phase(100, "pre-start").Output.ShouldNotContain("previous boot");

        CorpusImage.Get("crash-255").WriteTo(tree.ImagePath(100));
        tree.Phase(100, "post-stop");
        tree.Records().ShouldBe(["post-stop BootedOK 0", "post-stop BootedOK 0", "post-stop Booting 255"]);
    }

    [Fact]
    public void A_backup_of_a_stopped_VM_is_no_boot()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m", $"args: {HostTree.Args}100.json\n");
        tree.AddVm(101, "missing-all", $"args: {HostTree.Args}101.json\n");
        tree.Phase(100, "pre-start");
        tree.Phase(100, "post-stop");
        string log = File.ReadAllText(tree.Log);
        File.AppendAllText(tree.Config(100), "lock: backup\n");
        File.AppendAllText(tree.Config(101), "lock: backup\n");

        foreach (string phase in new[] { "pre-start", "post-start", "pre-stop", "post-stop" })
        {
            tree.Phase(100, phase).ExitCode.ShouldBe(0);
            tree.Phase(101, phase).ExitCode.ShouldBe(0);
        }

        File.ReadAllText(tree.Log).ShouldBe(log);
    }

    [Fact]
    public void A_store_that_goes_back_in_time_brings_no_boot_a_second_record()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "pre-start");
        tree.Phase(100, "post-stop");
        CorpusImage.Get("crash-255").WriteTo(tree.ImagePath(100));
        tree.Phase(100, "pre-start");
        tree.Phase(100, "post-stop");
        string log = File.ReadAllText(tree.Log);

        CorpusImage.Get("confirmed-4m").WriteTo(tree.ImagePath(100)); // qm rollback
        tree.Phase(100, "pre-start").Output.ShouldNotContain("previous boot");
        tree.Phase(100, "post-stop");

        File.ReadAllText(tree.Log).ShouldBe(log);
        tree.Records().Count.ShouldBe(2);
    }

    [Fact]
    public void A_log_that_logrotate_has_begun_anew_brings_no_boot_a_second_record()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "pre-start");
        tree.Phase(100, "post-stop");
        File.Move(tree.Log, tree.Log + ".1");
        Directory.Delete(tree.Path("/run/lamboot"), recursive: true); // and the host has rebooted

        tree.Phase(100, "pre-start").Output.ShouldNotContain("previous boot");

        File.Exists(tree.Log).ShouldBeFalse();
    }

    [Fact]
    public void The_first_start_after_attach_raises_no_alarm()
    {
        using HostTree tree = new();
        tree.AddVm(100, "crash-255", $"args: {HostTree.Args}100.json\n");
        tree.Write("/var/lib/lamboot/100.json", "{}"); // as written by attach

        ProgramResult start = tree.Phase(100, "pre-start");

        (start.Output + start.Error).ShouldNotContain("previous boot");
        tree.Records().ShouldBe(["pre-start Booting 255"]);
    }

    [Fact]
    public void A_VMID_that_is_used_anew_has_none_of_the_old_ones_boots()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m", "smbios1: uuid=5fb3a1d4-0d7a-4f0b-9d2e-52c8a9a1c001\n");
        tree.Phase(100, "pre-start");
        tree.Phase(100, "post-stop");
        tree.AddVm(100, "confirmed-4m", "smbios1: uuid=5fb3a1d4-0d7a-4f0b-9d2e-52c8a9a1c002\n");

        tree.Phase(100, "post-stop");

        tree.Records().Count.ShouldBe(2);
    }

    [Fact]
    public void Records_of_hooks_at_once_are_whole()
    {
        using HostTree tree = new();
        int[] vmids = [.. Enumerable.Range(100, 40)];
        foreach (int vmid in vmids)
        {
            tree.AddVm(vmid, "entry-max128");
        }

        vmids
            .AsParallel()
            .WithDegreeOfParallelism(40)
            .ForAll(vmid => tree.Phase(vmid, "post-stop").ExitCode.ShouldBe(0));

        string[] lines = File.ReadAllLines(tree.Log);
        lines.Select(Vmid).Order().ShouldBe(vmids);
    }

    private static int Vmid(string line)
    {
        using JsonDocument record = JsonDocument.Parse(line);
        return record.RootElement.GetProperty("vmid").GetInt32();
    }
}
