using System.Text.Json;
using LamBoot.Fleet.Health;
using LamBoot.Monitor.Alerts.Kinds;
using LamBoot.Monitor.Tests.Survey;
using LamBoot.Monitor.Tests.Watch;

namespace LamBoot.Monitor.Tests.Alerts;

/// <summary>The program that is run on each change.</summary>
public sealed class ChangeProgramTests
{
    private const string Program = "/etc/lamboot/on-change";
    private const string Hostile = "$(touch /tmp/x) `id`; \n\u001b[2J\u202e";

    [Fact]
    public void It_has_the_record_and_the_essentials()
    {
        using HostTree tree = Node(
            "env | grep -a '^LAMBOOT_' | sort >\"$LAMBOOT_ROOT/env\"; cat >\"$LAMBOOT_ROOT/record\"; echo \"$#\" >>\"$LAMBOOT_ROOT/runs\"\n"
        );
        tree.AddVm(100);
        HostileStore.Write(tree.ImagePath(100), Hostile);

        tree.Monitor("--notify").Error.ShouldBe("");
        tree.Monitor("--notify").Error.ShouldBe("");

        File.ReadAllText(tree.Path("/runs")).ShouldBe("0\n"); // once, without arguments
        File.ReadAllLines(tree.Path("/env"))
            .Where(line => !line.StartsWith("LAMBOOT_REASON=", StringComparison.Ordinal))
            .ShouldBe([
                "LAMBOOT_EVENT=critical",
                "LAMBOOT_NAME=vm100",
                "LAMBOOT_NODE=pve1",
                $"LAMBOOT_ROOT={tree.Root}",
                "LAMBOOT_STATUS=critical",
                "LAMBOOT_VERDICT=crashed",
                "LAMBOOT_VMID=100",
            ]);
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(tree.Path("/record")));
        record.RootElement.GetProperty("vmid").GetInt32().ShouldBe(100);
        record.RootElement.GetProperty("last_entry").GetString().ShouldNotBeNull().ShouldContain("$(touch");
    }

    [Fact]
    public void What_a_guest_wrote_is_printable_in_its_environment()
    {
        HealthRecord record = Vms.Vm(100, HealthStatus.Critical).Record with
        {
            Name = Hostile,
            Reason = "a\nLD_PRELOAD=/x\0\u001b",
        };

        List<string> environment = [.. ChangeProgram.Environment(new(record, IsCritical: true, Uuid: null))];

        environment.ShouldContain(@"LAMBOOT_REASON=a\u{a}LD_PRELOAD=/x\u{0}\u{1b}");
        environment.ShouldAllBe(variable =>
            variable.StartsWith("LAMBOOT_", StringComparison.Ordinal) && !variable.Any(char.IsControl)
        );
    }

    [Fact]
    public void Recovered_is_another_event()
    {
        using HostTree tree = Node("echo \"$LAMBOOT_VMID $LAMBOOT_EVENT\" >>\"$LAMBOOT_ROOT/runs\"\n");
        foreach (string image in (string[])["panic-255", "confirmed-4m"])
        {
            tree.AddVm(100, image);
            tree.Monitor("--notify").ExitCode.ShouldBe(0);
        }

        File.ReadAllText(tree.Path("/runs")).ShouldBe("100 critical\n100 resolved\n");
    }

    /// <summary>A failure for one VM does not affect others, and is not retried forever.</summary>
    [Fact]
    public async Task What_fails_is_tried_again_a_few_times()
    {
        using HostTree tree = Node(
            "echo \"$LAMBOOT_VMID\" >>\"$LAMBOOT_ROOT/runs\"; [ $LAMBOOT_VMID != 100 ] || { echo no >&2; exit 3; }\n"
        );
        tree.AddVm(100, "panic-255");
        tree.AddVm(101, "panic-255");
        using Watching watch = new(tree, []);

        int Runs(string vmid) =>
            File.Exists(tree.Path("/runs")) ? File.ReadAllLines(tree.Path("/runs")).Count(line => line == vmid) : 0;
        SpinWait.SpinUntil(() => Runs("100") == 5, TimeSpan.FromSeconds(55)).ShouldBeTrue();
        await watch.Surveys(3);
        (Runs("100"), Runs("101")).ShouldBe((5, 1));
        string error = (await watch.End("TERM")).Error;
        error.ShouldContain("run: " + tree.Path(Program) + " exited with 3: no; 1 alert not delivered yet\n");
        error.ShouldEndWith("not delivered: not retried before the next run or change\n");
    }

    /// <summary>When the watch ends, so do the programs that it runs.</summary>
    [Fact]
    public async Task One_that_hangs_keeps_no_watch_alive_and_is_not_left_behind()
    {
        using HostTree tree = Node(
            "echo $$ >\"$LAMBOOT_ROOT/pid.new\"; mv \"$LAMBOOT_ROOT/pid.new\" \"$LAMBOOT_ROOT/pid\"; sleep 300\n"
        );
        tree.AddVm(100, "panic-255");
        using Watching watch = new(tree, []);
        SpinWait.SpinUntil(() => File.Exists(tree.Path("/pid")), TimeSpan.FromSeconds(20)).ShouldBeTrue();
        await watch.Surveys(2); // the watch does not wait for it

        (await watch.End("TERM")).ExitCode.ShouldBe(0);

        string pid = File.ReadAllText(tree.Path("/pid")).Trim();
        SpinWait
            .SpinUntil(() => !Directory.Exists($"/proc/{pid}") || IsZombie(pid), TimeSpan.FromSeconds(5))
            .ShouldBeTrue();
    }

    private static bool IsZombie(string pid) =>
        File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);

    private static HostTree Node(string script)
    {
        HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + $"[monitor]\nrun = \"{Program}\"\n");
        tree.AddScript(Program, script);
        return tree;
    }
}
