using System.Diagnostics;

namespace LamBoot.Hook.Tests.Trouble;

/// <summary>Proxmox VE's lock of the configuration, held by real processes.</summary>
public sealed class LockTests
{
    [Fact]
    public void Under_the_parents_lock_the_configuration_is_edited()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        // flock holds the lock and starts a shell, which starts the hook through another: an ancestor, not just the parent.
        ProgramResult result = ProgramResult.Run(
            "flock",
            ["--close", tree.LockFile(100), "sh", "-c", "sh -c '\"$0\" 100 pre-start; exit $?' \"$0\"; exit $?", Hook],
            ("LAMBOOT_ROOT", tree.Root)
        );

        result.ExitCode.ShouldBe(0);
        File.ReadAllText(tree.Config(100)).ShouldContain(HostTree.Args);
    }

    [Fact]
    public void Under_a_strangers_lock_it_is_not_and_the_stranger_is_named()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        string config = File.ReadAllText(tree.Config(100));
        using Process stranger = tree.HoldLock(100);
        try
        {
            ProgramResult result = tree.Phase(100, "pre-start");

            result.ExitCode.ShouldBe(0);
            result.Error.ShouldBe(
                $"lamboot-hook: VM 100: error: args not updated: process {stranger.Id} (flock) holds the configuration lock; "
                    + "the next start tries again\n"
            );
            File.ReadAllText(tree.Config(100)).ShouldBe(config);
            File.Exists(tree.Document(100)).ShouldBeTrue();
        }
        finally
        {
            stranger.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void A_stranger_that_is_done_soon_is_waited_for()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        using Process stranger = Process.Start("flock", [tree.LockFile(100), "sleep", "0.4"]);

        tree.Phase(100, "pre-start").Error.ShouldNotContain("error:");

        File.ReadAllText(tree.Config(100)).ShouldContain(HostTree.Args);
        stranger.WaitForExit();
    }

    private static string Hook => Repository.File("out", "bin", "lamboot-hook");
}
