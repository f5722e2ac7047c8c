using System.Diagnostics;
using static LamBoot.Hook.Tests.Clones.CloneNode;

namespace LamBoot.Hook.Tests.Clones;

/// <summary>A clone's start that dies before its end loses nothing and blocks nobody.</summary>
public sealed class DeadStartTests
{
    [Fact]
    public void A_start_that_dies_blocks_nobody_and_loses_nothing()
    {
        using HostTree tree = Node();
        for (int round = 0; round < 5; round++)
        {
            AddClone(tree, 101);
            StartAndDie(tree, 101, () => VmidOf(File.ReadAllText(tree.Document(Source))).ShouldBe("101"));

            AddClone(tree, 102);
            Stopwatch watch = Stopwatch.StartNew();

            ProgramResult next = VmStart.Run(tree, 102);

            AssertIdentity(next, 102);
            next.Error.ShouldNotContain("waiting", customMessage: $"there is nobody to wait for: {next.Error}");
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        }

        AssertGivenBack(tree);
    }

    /// <summary>The VM's disk is being moved, say, after its first start failed.</summary>
    [Fact]
    public void A_task_that_began_later_and_holds_the_lock_is_no_start()
    {
        using HostTree tree = Node();
        AddClone(tree, 101);
        StartAndDie(tree, 101);
        using Process task = tree.HoldLock(101);
        AddClone(tree, 102);

        ProgramResult clone = VmStart.Run(tree, 102);
        AddClone(tree, 103);
        StartAndDie(tree, 103);
        using Process other = tree.HoldLock(103);
        ProgramResult owner = VmStart.Run(tree, Source);
        other.Kill(entireProcessTree: true);
        task.Kill(entireProcessTree: true);

        AssertIdentity(clone, 102);
        clone.Error.ShouldNotContain("waiting");
        AssertIdentity(owner, Source);
    }

    [Fact]
    public void The_owner_gets_its_own_document_back_from_a_start_that_died()
    {
        using HostTree tree = Node();
        AddClone(tree, 101);
        StartAndDie(tree, 101);

        AssertIdentity(VmStart.Run(tree, Source), Source);

        Left(tree).ShouldBeEmpty();
    }

    [Fact]
    public void The_next_start_of_a_killed_one_gives_back_what_that_one_had()
    {
        using HostTree tree = Node();
        AddClone(tree, 101);
        StartAndDie(tree, 101);

        // By now, its args name its own document.
        AssertIdentity(VmStart.Run(tree, 101), 101);

        AssertGivenBack(tree);
        Leases(tree).ShouldBeEmpty();
    }

    [Fact]
    public void A_power_cut_forgets_the_lease_and_loses_nothing()
    {
        using HostTree tree = Node();
        AddClone(tree, 101);
        StartAndDie(tree, 101);

        // Whatever survives a reboot belongs to another boot of the host.
        foreach (string lease in Leases(tree))
        {
            string text = File.ReadAllText(lease).TrimEnd();
            string other = $"{text[..text.LastIndexOf(' ')]} 00000000-0000-0000-0000-000000000000";
            File.WriteAllText(lease, other);
        }

        AddClone(tree, 102);

        AssertIdentity(VmStart.Run(tree, 102), 102);

        AssertGivenBack(tree);
    }
}
