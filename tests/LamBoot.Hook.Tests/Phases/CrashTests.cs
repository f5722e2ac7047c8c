using System.Text.Json;

namespace LamBoot.Hook.Tests.Phases;

/// <summary>A guest's crash records: reported in the task log, saved on the host, and never trusted.</summary>
public sealed class CrashTests
{
    private const string Reason = "kernel panic: Attempted to kill init! exitcode=0x00000100";

    public static TheoryData<string> Images => [.. CrashImage.Names];

    [Fact]
    public void Post_stop_tells_why_the_guest_crashed_and_keeps_what_its_kernel_said()
    {
        using HostTree tree = new();
        tree.AddVm(100, "panic-255");

        ProgramResult result = tree.Phase(100, "post-stop");

        result.Output.ShouldContain($"health critical: {Reason} (Booting, 255 crashes, ");
        JsonElement crash = Record(tree).GetProperty("crash");
        crash.GetProperty("kind").GetString().ShouldBe("kernel-panic");
        crash.GetProperty("at").GetString().ShouldBe("2026-11-26T23:28:50Z");
        string file = crash.GetProperty("file").GetString()!;
        File.ReadAllText(tree.Path(file)).ShouldContain("Kernel panic - not syncing: Attempted to kill init!");
    }

    [Fact]
    public void Pre_start_keeps_it_where_post_stop_never_came()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "pre-start");
        CorpusImage.Get("panic-255").WriteTo(tree.ImagePath(100)); // it booted, then the host died
        Directory.Delete(tree.Path("/run/lamboot"), recursive: true);

        tree.Phase(100, "pre-start")
            .Output.ShouldContain($"previous boot (not recorded at shutdown): critical: {Reason}");

        Directory.GetFiles(tree.Path("/var/lib/lamboot/crash")).Length.ShouldBe(1);
    }

    [Fact]
    public void Where_it_cannot_be_kept_the_VM_stops_and_starts_and_the_task_log_says_so()
    {
        using HostTree tree = new();
        tree.AddVm(100, "panic-255");
        tree.Write("/var/lib/lamboot/crash", "no folder");

        ProgramResult result = tree.Phase(100, "post-stop");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain(Reason);
        result.Error.ShouldContain("warning: cannot save the guest's crash record: ");
        Record(tree).GetProperty("crash").GetProperty("file").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    /// <summary>A clone's store is its source's: the source's kernel crash is not the clone's.</summary>
    [Fact]
    public void Nothing_is_kept_of_a_clone_that_has_not_started()
    {
        using HostTree tree = new();
        tree.AddVm(900, "confirmed-4m", "template: 1\n");
        tree.AddVm(101, "panic-255", $"args: {HostTree.Args}900.json\n");
        tree.Write("/var/lib/lamboot/900.json", "{}");

        tree.Monitor("--json").Output.ShouldContain("\"verdict\": \"not-started\"");

        Directory.Exists(tree.Path("/var/lib/lamboot/crash")).ShouldBeFalse();
    }

    /// <summary>Bombs, wrong names, missing and duplicate parts, escapes: anything a guest may leave, through every output.</summary>
    [Theory]
    [MemberData(nameof(Images))]
    public void Whatever_it_wrote_is_safe_to_print(string image)
    {
        using HostTree tree = new();
        tree.AddVm(100);
        Directory.CreateDirectory(Path.GetDirectoryName(tree.ImagePath(100))!);
        File.WriteAllBytes(tree.ImagePath(100), new CrashImage(image).ReadBytes());
        ProgramResult[] results =
        [
            tree.Phase(100, "pre-start"),
            tree.Phase(100, "post-start"),
            tree.Phase(100, "post-stop"),
            tree.Hook(["inspect", "100"]),
            tree.Hook(["history", "100"]),
            tree.Hook(["crash", "100"]),
            tree.Hook(["crash", "100", "--list"]),
            tree.Monitor("--all"),
            tree.Monitor("--json"),
        ];

        foreach (ProgramResult result in results)
        {
            result.ExitCode.ShouldBe(0, result.Error);
            string said = result.Output + result.Error;
            said.Where(c => (char.IsControl(c) && c != '\n') || c == '\u202e').ShouldBeEmpty();
            said.ShouldNotContain("Unhandled");
        }

        foreach (
            string file in Directory.EnumerateFiles(tree.Path("/var/lib/lamboot"), "100-*", SearchOption.AllDirectories)
        )
        {
            new FileInfo(file).Length.ShouldBeLessThanOrEqualTo(64 << 10);
        }
    }

    private static JsonElement Record(HostTree tree)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllLines(tree.Log)[^1]);
        return json.RootElement.Clone();
    }
}
