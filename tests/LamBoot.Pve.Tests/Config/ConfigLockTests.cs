using System.Diagnostics;
using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Pve.Tests.Config;

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

    /// <summary>Whatever another user could have put in the lock's place is not followed, opened for writing, or waited for.</summary>
    [Theory]
    [InlineData("ln -s \"$2\" \"$1\"")]
    [InlineData("ln -s nowhere \"$1\"")]
    [InlineData("mkfifo \"$1\"")]
    [InlineData("mkdir \"$1\"")]
    public void A_lock_that_is_no_file_of_its_own_is_refused(string script)
    {
        using HostTree tree = new();
        tree.Write("/target", "as it was");
        ProgramResult.Shell(script, tree.LockFile(100), tree.Path("/target")).ExitCode.ShouldBe(0);

        Should
            .Throw<HostException>(() => ConfigLock.Take(new(tree.Root), 100, TimeSpan.Zero))
            .Message.ShouldContain(tree.LockFile(100));

        File.ReadAllText(tree.Path("/target")).ShouldBe("as it was");
        File.Exists(tree.Path("/var/lock/qemu-server/nowhere")).ShouldBeFalse();
    }

    private static int Flock(HostTree tree, string option) =>
        ProgramResult.Run("flock", [option, tree.LockFile(100), "true"]).ExitCode;
}
