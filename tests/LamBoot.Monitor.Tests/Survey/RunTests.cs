using System.Diagnostics;
using System.Text.Json;

namespace LamBoot.Monitor.Tests.Survey;

/// <summary>What a survey says of a QEMU in which the firmware has not booted: the store tells of an earlier run.</summary>
public sealed class RunTests
{
    private static readonly (string[] Qemu, string Config)[] NoBoots =
    [
        (["-incoming", "unix:/run/qemu-server/100.migrate"], ""),
        (["-loadstate", "/var/lib/vz/images/100/vm-100-state-suspend.raw"], ""),
        ([], "lock: backup\n"),
    ];

    [Fact]
    public void A_firmware_that_does_not_start_is_no_boot()
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + "[monitor]\nboot_grace_seconds = 1\n");
        tree.AddVm(100, "confirmed-4m");
        Start(tree);
        using Process qemu = tree.RunQemu(100);
        try
        {
            Stopwatch time = Stopwatch.StartNew();
            string verdict = Verdict(tree);
            while (verdict == "starting" && time.Elapsed.TotalSeconds < 20)
            {
                Thread.Sleep(200);
                verdict = Verdict(tree);
            }

            verdict.ShouldBe("no-loader");
            tree.Monitor().Output.ShouldContain(" s, but its firmware has not booted");
        }
        finally
        {
            qemu.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void A_guest_that_was_taken_over_or_is_backed_up_is_judged_by_its_last_boot()
    {
        foreach ((string[] arguments, string config) in NoBoots)
        {
            using HostTree tree = new();
            tree.AddVm(100, "confirmed-4m", config);
            Start(tree);
            using Process qemu = tree.RunQemu(100, arguments);
            try
            {
                Verdict(tree).ShouldBe("confirmed", string.Join(' ', arguments) + config);
            }
            finally
            {
                qemu.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Its firmware has not booted since it was taken over, and it runs all the same.</summary>
    [Fact]
    public void A_backup_of_a_guest_that_was_taken_over_is_one_of_a_running_VM()
    {
        using HostTree tree = new();
        tree.AddVm(100, "kill-small-08", "lock: backup\n");
        Start(tree);
        using Process qemu = tree.RunQemu(100, "-incoming", "unix:/run/qemu-server/100.migrate");
        try
        {
            Verdict(tree).ShouldBe("up");
        }
        finally
        {
            qemu.Kill(entireProcessTree: true);
        }
    }

    /// <summary>What pre-start writes down: the firmware's boot count when the run began.</summary>
    private static void Start(HostTree tree)
    {
        uint boots = Health(tree).GetProperty("firmware_boots").GetUInt32();
        tree.Write("/run/lamboot/100.recorded", $"-\n{boots}\n");
    }

    private static string Verdict(HostTree tree) => Health(tree).GetProperty("verdict").GetString()!;

    private static JsonElement Health(HostTree tree)
    {
        using JsonDocument json = JsonDocument.Parse(tree.Monitor("--json").Output);
        return json.RootElement[0].Clone();
    }
}
