using System.Diagnostics;
using LamBoot.Commands.Tests.SecureBoot;

namespace LamBoot.Commands.Tests.Rescue;

/// <summary>Changes of a store that are interrupted by a kill.</summary>
public sealed class ChangeCutOffTests
{
    /// <summary>A kill at any moment leaves either the old or the new store; on a device, the next start restores the old one.</summary>
    [Theory]
    [InlineData("raw", 60, "rescue", "100")]
    [InlineData("device", 60, "reset", "100")]
    [InlineData("device", 40, "boot", "100", "--order", "0002,0001")]
    [InlineData("qcow2", 15, "boot", "100", "--remove", "0001")]
    public void A_kill_leaves_the_old_store_or_the_new(string kind, int kills, params string[] command)
    {
        using StoreNode node = LoopingNode.On(kind);
        string[] old = node.Variables();
        Stopwatch watch = Stopwatch.StartNew();
        node.Tree.Hook(command).ExitCode.ShouldBe(0);
        TimeSpan whole = watch.Elapsed;
        string[] changed = node.Variables();
        changed.ShouldNotBe(old);
        Random random = new(kills);
        int unfinished = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            node.Tree.Hook(["restore", "100"]).ExitCode.ShouldBe(0);
            node.Variables().ShouldBe(old);
            using Process begun = node.Begin(command);
            Thread.Sleep(whole * random.NextDouble());
            begun.Kill();
            begun.WaitForExit();
            unfinished += node.IsPending ? 1 : 0;
            node.Tree.Phase(100, "pre-start").ExitCode.ShouldBe(0);

            string[] now = node.Variables();
            (now.SequenceEqual(old) || now.SequenceEqual(changed)).ShouldBeTrue(string.Join('\n', now.Except(old)));
            node.IsPending.ShouldBeFalse();
        }

        if (kind != "device")
        {
            unfinished.ShouldBe(0); // what replaces a file needs no recovery
        }
    }
}
