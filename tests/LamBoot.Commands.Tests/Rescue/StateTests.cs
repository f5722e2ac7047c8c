using LamBoot.Commands.Tests.SecureBoot;

namespace LamBoot.Commands.Tests.Rescue;

/// <summary><c>reset</c> and <c>rescue</c>: what they change in a store, and that they change nothing else.</summary>
public sealed class StateTests
{
    private static readonly string[] Written = ["LamBootState", "LamBootCrashCount"];

    [Theory]
    [InlineData("raw", "reset", "Fresh, 0 crashes", "00", "00")]
    [InlineData("raw in a larger volume", "reset", "Fresh, 0 crashes", "00", "00")]
    [InlineData("qcow2", "rescue", "CrashLoop, 255 crashes", "03", "ff")]
    [InlineData("linked qcow2", "reset", "Fresh, 0 crashes", "00", "00")]
    [InlineData("device", "rescue", "CrashLoop, 255 crashes", "03", "ff")]
    [InlineData("qcow2 on a device", "rescue", "CrashLoop, 255 crashes", "03", "ff")]
    public void State_and_count_are_set_wherever_the_store_is_and_nothing_else(
        string kind,
        string command,
        string becomes,
        string state,
        string count
    )
    {
        using StoreNode node = LoopingNode.On(kind);
        string[] before = node.Variables();

        ProgramResult result = node.Tree.Hook([command, "100"]);

        result.ShouldBe(new(0, result.Output, ""));
        result.Output.ShouldMatch(
            $"^VM 100: state: Booting, 4 crashes -> {becomes}\n"
                + "VM 100: changed; previous store saved as /var/lib/lamboot/backup/100-[^ ]+.fd; to undo: lamboot-hook restore 100\n"
        );
        string[] after = node.Variables();
        (after.Value("LamBootState"), after.Value("LamBootCrashCount")).ShouldBe((state, count));
        after.Others(Written).ShouldBe(before.Others(Written));
        node.Tree.Hook([command, "100"]).Output.ShouldStartWith("VM 100: nothing to change\n");

        node.Tree.Hook(["restore", "100"]).ExitCode.ShouldBe(0);

        node.Variables().ShouldBe(before);
        node.ShouldBeTidy();
    }

    [Fact]
    public void Rescue_says_what_the_guest_needs_and_which_entry_worked_last()
    {
        using StoreNode node = LoopingNode.On("raw");
        node.Tree.Hook(["rescue", "100", "--dry-run"])
            .Output.ShouldBe(
                """
                VM 100: would change state: Booting, 4 crashes -> CrashLoop, 255 crashes
                VM 100: until a boot is confirmed, LamBoot boots the first existing entry of fallback_order ([security] in the guest's \EFI\LamBoot\policy.toml); if none exists, it shows its menu
                VM 100: no confirmed boot in the log

                """
            );
        node.Tree.Write(
            "/var/log/lamboot/fleet.jsonl",
            Record("BootedOK", 2, "good\\u001b[2J") + Record("Booting", 1, "bad")
        );

        ProgramResult result = node.Tree.Hook(["rescue", "100"]);

        result.Output.ShouldEndWith("VM 100: last confirmed boot: entry good\\u{1b}[2J, 2026-04-22T14:38:11Z\n");
        node.Tree.Hook(["history", "100"])
            .Output.ShouldEndWith("\nlast confirmed boot: entry good\\u{1b}[2J, 2026-04-22T14:38:11Z\n");
    }

    [Theory]
    [InlineData("01234567-89ab-cdef-0123-456789abcdef", false)]
    [InlineData("11111111-89ab-cdef-0123-456789abcdef", true)]
    [InlineData("0", false)]
    public void Rescue_warns_where_the_loader_may_start_afresh(string vmgenid, bool warns)
    {
        using StoreNode node = new(
            "raw",
            writer =>
            {
                LoopingNode.AddBoots(writer);
                byte[] id = new Guid("01234567-89ab-cdef-0123-456789abcdef").ToByteArray();
                writer.Set("LamBootVmGenId", Nvram.Layout.EfiGuids.LamBoot, (Nvram.Layout.VariableAttributes)7, id);
            }
        );
        File.AppendAllText(node.Tree.Config(100), $"vmgenid: {vmgenid}\n");

        string output = node.Tree.Hook(["rescue", "100"]).Output;

        output
            .Contains("warning: vmgenid has changed since LamBoot last ran", StringComparison.Ordinal)
            .ShouldBe(warns);
    }

    /// <summary>With several VMs, each has its own result; when selected by tag, those that do not qualify are skipped.</summary>
    [Fact]
    public void Reset_takes_several_VMs_and_those_of_a_tag()
    {
        using HostTree tree = new();
        tree.AddVm(100, "single-03-4m-loop", "tags: web\n");
        tree.AddVm(101, "nolamboot-2m", "tags: web\n");
        tree.Write("/etc/pve/qemu-server/102.conf", "tags: web\nname: bios\n");
        tree.AddVm(103, "reboots-00-4m");

        ProgramResult tagged = tree.Hook(["reset", "--tag", "web"]);

        tagged.ShouldBe(new(0, tagged.Output, ""));
        tagged.Output.ShouldStartWith("VM 100: state: CrashLoop, 167 crashes -> Fresh, 0 crashes\nVM 100: changed; ");
        tagged.Output.ShouldEndWith(
            "skipped VM 101: no LamBoot state in its store\nskipped VM 102: not UEFI (no 'bios: ovmf')\n"
        );
        ProgramResult named = tree.Hook(["reset", "101", "103", "104"]);

        named.ExitCode.ShouldBe(1);
        named.Output.ShouldContain("VM 103: state: ");
        named.Error.ShouldBe(
            "lamboot-hook: VM 101: error: no LamBoot state in its store\n"
                + "lamboot-hook: VM 104: error: no VM 104 on this node (/etc/pve/qemu-server/104.conf); qm list shows the VMs here\n"
        );
    }

    /// <summary>A confirmed boot needs no reset, which would only make it unknown; but a VMID that is named is reset.</summary>
    [Fact]
    public void Reset_of_a_tag_leaves_out_those_that_are_well()
    {
        const string Well = "skipped VM 100: nothing to reset: its guest confirmed the last boot\n";
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m", "tags: web\n");
        byte[] before = File.ReadAllBytes(tree.ImagePath(100));

        tree.Hook(["reset", "--tag", "web"]).ShouldBe(new(0, Well, ""));
        tree.Hook(["reset", "--tag", "web", "--crash"]).ShouldBe(new(0, Well, ""));
        File.ReadAllBytes(tree.ImagePath(100)).ShouldBe(before);
        tree.Hook(["reset", "100"]).Output.ShouldStartWith("VM 100: state: BootedOK, 0 crashes -> Fresh, 0 crashes\n");
    }

    private static string Record(string state, int code, string entry) =>
        $$"""
            {"schema_version":1,"observed_at":"2026-04-22T14:40:01Z","phase":"post-stop","node":"pve1","vmid":100,"name":"web1","fleet_id":"","role":"","status":"healthy","state":"{{state}}","state_code":{{code}},"crash_count":0,"last_entry":"{{entry}}","timestamp":"2026-04-22T14:38:11Z","version":"0.8.4","vmgenid":null,"qmp_status":"stopped","error":null}

            """;
}
