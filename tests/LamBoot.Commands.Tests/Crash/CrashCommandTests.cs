using System.Text.Json;

namespace LamBoot.Commands.Tests.Crash;

/// <summary>
/// What a guest's kernel reported, shown by <c>lamboot-hook crash</c>: from the store and, once the guest has cleared it, from the host's copy.
/// </summary>
public sealed class CrashCommandTests
{
    private const string Reason = "Attempted to kill init! exitcode=0x00000100";

    /// <summary>Every record in the corpus, as read by its own kernel.</summary>
    public static TheoryData<string> Images => [.. CrashImage.Names];

    [Theory]
    [MemberData(nameof(Images))]
    public void A_store_alone_reads_as_its_truth(string image)
    {
        using HostTree tree = new();
        string path = tree.Path("/image.fd");
        File.WriteAllBytes(path, new CrashImage(image).ReadBytes());

        ProgramResult result = tree.Hook(["crash", "--vars", path, "--json"]);

        result.ExitCode.ShouldBe(0, result.Error);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        string?[] reasons =
        [
            .. json.RootElement.EnumerateArray().Select(each => each.GetProperty("reason").GetString()),
        ];
        JsonElement truth = new CrashImage(image).Truth;
        if (
            image.StartsWith('k') // for the others, the truth is the kernel's own listing before it stopped
            && truth.GetProperty("reason").GetString() is { } reason
        )
        {
            reasons[0].ShouldBe(reason);
        }

        foreach (string output in new[] { result.Output, tree.Hook(["crash", "--vars", path]).Output })
        {
            output.Where(c => (char.IsControl(c) && c != '\n') || c is '\u202e' or '\u009b').ShouldBeEmpty();
        }

        tree.Hook(["crash", "--vars", path, "--list"])
            .Output.Split('\n')
            .Length.ShouldBe(reasons.Length == 0 ? 2 : reasons.Length + 2);
    }

    [Fact]
    public void A_VMs_crash_outlives_its_guests_own_copy()
    {
        using HostTree tree = new();
        tree.AddVm(100, "panic-255");
        tree.Hook(["crash", "100", "--list"]).Output.ShouldContain("the guest's store only");
        tree.Phase(100, "post-stop").Output.ShouldContain($"kernel panic: {Reason}");
        string kept = tree.Hook(["crash", "100"]).Output;

        CorpusImage.Get("confirmed-4m").WriteTo(tree.ImagePath(100));

        string cleared = tree.Hook(["crash", "100"]).Output;
        cleared.ShouldBe(kept);
        cleared.ShouldStartWith(
            $"kernel panic: {Reason}\nat 2026-11-26T23:28:50Z by the guest's clock\nkept in /var/lib/lamboot/crash/100-"
        );
        cleared.ShouldContain($"Kernel panic - not syncing: {Reason}\n");
        File.Delete(tree.Config(100));
        tree.Hook(["crash", "100"]).Output.ShouldBe(kept); // even for a deleted VM
    }

    /// <summary>A VMID may be given again: what an earlier VM with it left is not the new one's.</summary>
    [Fact]
    public void The_crash_of_an_earlier_VM_is_not_its_successors()
    {
        using HostTree tree = new();
        tree.AddVm(100, "panic-255", "smbios1: uuid=00000000-0000-0000-0000-000000000001\n");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        tree.AddVm(100, "confirmed-4m", "smbios1: uuid=00000000-0000-0000-0000-000000000001\n");
        tree.Hook(["crash", "100"]).Output.ShouldContain(Reason);
        tree.AddVm(100, "confirmed-4m", "smbios1: uuid=00000000-0000-0000-0000-000000000002\n");

        tree.Hook(["crash", "100"])
            .ShouldBe(
                new(
                    0,
                    "VM 100: no crash records\n",
                    "lamboot-hook: left out 1 crash of an earlier VM 100, kept in /var/lib/lamboot/crash\n"
                )
            );
    }

    [Fact]
    public void None_is_an_answer()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");

        tree.Hook(["crash", "100"]).ShouldBe(new(0, "VM 100: no crash records\n", ""));
        tree.Hook(["crash", "100", "--json"]).ShouldBe(new(0, "[]\n", ""));
    }

    [Fact]
    public void A_VM_that_is_not_there_is_an_error()
    {
        using HostTree tree = new();

        ProgramResult result = tree.Hook(["crash", "100"]);

        (result.ExitCode, result.Output).ShouldBe((1, ""));
        result.Error.ShouldStartWith("lamboot-hook: ");
    }

    [Fact]
    public void A_store_that_cannot_be_read_leaves_what_is_kept()
    {
        using HostTree tree = new();
        tree.AddVm(100, "panic-255");
        tree.Phase(100, "post-stop");
        File.WriteAllBytes(tree.ImagePath(100), new byte[4096]);

        ProgramResult result = tree.Hook(["crash", "100", "--list"]);

        result.Output.ShouldContain(Reason);
        result.Error.ShouldStartWith("lamboot-hook: VM 100: ");
    }
}
