using System.Diagnostics;
using static LamBoot.Hook.Tests.Clones.CloneNode;

namespace LamBoot.Hook.Tests.Clones;

/// <summary>
/// A QEMU outlives a starter that was killed, and may read its files much later, because it opens its drives first: until then they stay
/// as they are.
/// </summary>
public sealed class OrphanedQemuTests
{
    [Fact]
    public void The_next_clone_waits_until_it_has_read_or_ended()
    {
        using HostTree tree = Node();
        Reader qemu = Orphan(tree, 101);
        AddClone(tree, 102);
        using Process next = VmStart.Begin(tree, 102, ":");
        next.StandardError.ReadLine()
            .ShouldBe("lamboot-hook: VM 102: identity /var/lib/lamboot/102.json: fleet 'f', role 'even'");
        next.StandardError.ReadLine()
            .ShouldBe("lamboot-hook: VM 102: waiting for VM 101's first start (1 ahead of this one)");
        next.WaitForExit(1_500).ShouldBeFalse();
        VmidOf(File.ReadAllText(tree.Document(Source))).ShouldBe("101");

        qemu.Read(tree.Document(Source));
        qemu.Dispose();

        string document = next.StandardOutput.ReadToEnd();
        VmidOf(document).ShouldBe("102");
    }

    [Fact]
    public void The_owner_waits_too_and_is_refused_in_the_end()
    {
        using HostTree tree = Node();
        tree.Write("/etc/lamboot/fleet.toml", Fleet.Replace("= 60", "= 1", StringComparison.Ordinal));
        using Reader qemu = Orphan(tree, 101);

        ProgramResult owner = VmStart.Run(tree, Source);

        owner.ExitCode.ShouldBe(3, owner.Error);
        owner.Error.ShouldContain($"error: the start of VM 101 (process {qemu.Id} (sh)) has held the identity file");
        owner.Error.ShouldEndWith(
            "is lent to the start of VM 101; fix the cause above and start it again\n",
            customMessage: "attach would not help"
        );
        VmidOf(File.ReadAllText(tree.Document(Source))).ShouldBe("101");
    }

    /// <summary>The process that pre-start leaves behind watches on, so the line moves as soon as that QEMU has read.</summary>
    [Fact]
    public void It_is_watched_until_it_has_read()
    {
        Fanotify.SkipWhereRefused();
        using HostTree tree = Node();
        using Reader qemu = Orphan(tree, 101, isWatched: true);
        Thread.Sleep(2_500); // longer than the watch takes to look whether the start is over
        AddClone(tree, 102);

        qemu.Read(tree.Document(Source));

        Watchers.WaitForEnd(tree, 101);
        AssertGivenBack(tree);
        AssertIdentity(VmStart.Run(tree, 102), 102);
    }

    /// <summary>A QEMU whose starter and all its other processes were killed after pre-start; it has read nothing yet.</summary>
    private static Reader Orphan(HostTree tree, int vmid, bool isWatched = false)
    {
        Reader? qemu = null;
        AddClone(tree, vmid);
        StartAndDie(
            tree,
            vmid,
            () =>
            {
                if (isWatched)
                {
                    Watchers.Of(tree, vmid);
                }

                qemu = Reader.Qemu(vmid, "-fw_cfg", $"name=opt/lamboot/config,file={tree.Document(Source)}");
            }
        );
        return qemu!;
    }
}
