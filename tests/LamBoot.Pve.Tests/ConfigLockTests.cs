using System.Diagnostics;

namespace LamBoot.Pve.Tests;

/// <summary>Proxmox VE's lock, taken by real processes.</summary>
public sealed class ConfigLockTests
{
    [Fact]
    public void A_free_lock_is_taken_and_given_back()
    {
        using HostTree tree = new();

        using (ConfigLock held = ConfigLock.Take(new(tree.Root), 100, TimeSpan.FromMilliseconds(100)))
        {
            held.IsHeld.ShouldBeTrue();
            Flock(tree, "-n").ShouldBe(1);
        }

        Flock(tree, "-n").ShouldBe(0);
    }

    [Fact]
    public void A_strangers_lock_is_not_ours()
    {
        using HostTree tree = new();
        using Process stranger = tree.HoldLock(100);
        try
        {
            using ConfigLock held = ConfigLock.Take(new(tree.Root), 100, TimeSpan.FromMilliseconds(100));

            held.IsHeld.ShouldBeFalse();
            held.Holder.ShouldBe($"process {stranger.Id} (flock)");
        }
        finally
        {
            stranger.Kill(entireProcessTree: true);
        }
    }

    private static int Flock(HostTree tree, string option) =>
        ProgramResult.Run("flock", [option, tree.LockFile(100), "true"]).ExitCode;
}
