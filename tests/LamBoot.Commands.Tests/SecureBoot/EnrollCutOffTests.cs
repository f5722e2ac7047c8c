using System.Diagnostics;

namespace LamBoot.Commands.Tests.SecureBoot;

/// <summary><c>enroll VMID</c> interrupted by a kill or a power failure.</summary>
public sealed class EnrollCutOffTests
{
    /// <summary>A kill at any moment leaves either the old or the new store; on a device, the next start restores the old one.</summary>
    [Theory]
    [InlineData("raw", 80)]
    [InlineData("device", 100)]
    [InlineData("qcow2", 15)]
    public void A_kill_leaves_the_old_store_or_the_new(string kind, int kills)
    {
        using StoreNode node = new(kind);
        string[] old = node.Variables();
        Stopwatch watch = Stopwatch.StartNew();
        node.Enroll().ExitCode.ShouldBe(0);
        TimeSpan whole = watch.Elapsed;
        string[] changed = node.Variables();
        Random random = new(kills);
        int unfinished = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            node.Tree.Hook(["restore", "100", "--backup", node.FirstBackup]).ExitCode.ShouldBe(0);
            using Process enroll = node.BeginEnroll();
            Thread.Sleep(whole * random.NextDouble());
            enroll.Kill();
            enroll.WaitForExit();
            unfinished += node.IsPending ? 1 : 0;
            node.Tree.Phase(100, "pre-start").ExitCode.ShouldBe(0);

            string[] now = node.Variables();
            (now.SequenceEqual(old) || Keys(now).SequenceEqual(Keys(changed))).ShouldBeTrue();
            node.IsPending.ShouldBeFalse();
        }

        if (kind != "device")
        {
            unfinished.ShouldBe(0); // what replaces a file needs no recovery
        }
    }

    [Fact]
    public void A_start_says_that_it_put_a_half_written_store_back()
    {
        using StoreNode node = new("device");
        node.Enroll();
        node.Tree.Hook(["restore", "100"]);
        File.WriteAllText(node.Tree.Path("/var/lib/lamboot/backup/100.pending"), Path.GetFileName(node.FirstBackup));
        ProgramResult
            .Shell("dd if=/dev/zero of=\"$1\" bs=4k count=3 conv=notrunc 2>&1", node.Device!)
            .ExitCode.ShouldBe(0);

        ProgramResult start = node.Tree.Phase(100, "pre-start");

        start.Error.ShouldContain("a change to the variable store was interrupted: restored the previous store");
        node.Variables().ShouldNotBeEmpty();
        node.IsPending.ShouldBeFalse();
        node.Tree.Phase(100, "pre-start").Error.ShouldNotContain("cut off");
    }

    /// <summary>
    /// After a power failure, the VM runs on another node and comes back: what its firmware wrote meanwhile is not half a change of ours.
    /// </summary>
    [Fact]
    public void A_store_that_was_written_since_is_left_alone()
    {
        using StoreNode node = new("device");
        node.Enroll();
        File.WriteAllText(node.Tree.Path("/var/lib/lamboot/backup/100.pending"), Path.GetFileName(node.FirstBackup));
        string image = node.Tree.Path("/written");
        CorpusImage.Get("confirmed-4m").WriteTo(image);
        ProgramResult.Shell("dd if=\"$1\" of=\"$2\" conv=notrunc 2>&1", image, node.Device!).ExitCode.ShouldBe(0);
        string[] written = node.Variables();

        ProgramResult start = node.Tree.Phase(100, "pre-start");

        start.Error.ShouldContain(
            "a change to the variable store was interrupted, but the store has been written since: left unchanged"
        );
        node.Variables().ShouldBe(written);
        node.IsPending.ShouldBeFalse();
    }

    /// <summary>The variables without signature timestamps, which a new PK would have.</summary>
    private static IEnumerable<string> Keys(string[] variables) =>
        variables.Select(line => line.Split(' ')[0] + line.Split(' ')[^1]);
}
