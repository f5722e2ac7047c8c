using System.Diagnostics;
using static LamBoot.Hook.Tests.Clones.CloneNode;

namespace LamBoot.Hook.Tests.Clones;

/// <summary>A clone's start waits for the holder of the document, for as long as it may.</summary>
public sealed class WaitingTests
{
    [Fact]
    public void A_live_holder_is_waited_for_and_then_the_start_is_refused()
    {
        using HostTree tree = Node();
        tree.Write("/etc/lamboot/fleet.toml", Fleet.Replace("= 60", "= 1", StringComparison.Ordinal));
        AddClone(tree, 101);
        AddClone(tree, 102);
        using Process holder = VmStart.Begin(tree, 101, "echo ready; exec sleep 60");
        holder.StandardOutput.ReadLine().ShouldBe("ready");

        ProgramResult refused = VmStart.Run(tree, 102);
        holder.Kill(entireProcessTree: true);
        holder.WaitForExit();

        refused.ExitCode.ShouldBe(3);
        refused.Output.ShouldBe("");
        refused.Error.ShouldContain("lamboot-hook: VM 102: error: the start of VM 101 (process ");
        refused.Error.ShouldContain("has held the identity file that this start needs for 1 s (lease_wait_seconds)\n");
        refused.Error.ShouldContain(
            "lamboot-hook: VM 102: error: start refused: QEMU would open VM 900's identity file; "
        );
        AssertIdentity(VmStart.Run(tree, 102), 102);
    }

    [Fact]
    public void Without_a_wait_a_start_goes_on_where_nobody_has_the_document_and_else_is_refused()
    {
        using HostTree tree = Node();
        tree.Write("/etc/lamboot/fleet.toml", Fleet.Replace("= 60", "= 0", StringComparison.Ordinal));
        for (int round = 0; round < 20; round++)
        {
            AddClone(tree, 101);
            AssertIdentity(VmStart.Run(tree, 101), 101);
        }

        AddClone(tree, 101);
        using Process holder = VmStart.Begin(tree, 101, "echo ready; exec sleep 60");
        holder.StandardOutput.ReadLine().ShouldBe("ready");
        AddClone(tree, 102);

        VmStart.Run(tree, 102).ExitCode.ShouldBe(3);

        holder.Kill(entireProcessTree: true);
        holder.WaitForExit();
    }

    /// <summary>A lock file removed meanwhile is still locked for those that have it open.</summary>
    [Fact]
    public void A_start_whose_lock_file_is_removed_is_no_phase_by_hand()
    {
        using HostTree tree = Node();
        AddClone(tree, 101);
        ProgramResult start = ProgramResult.Run(
            "flock",
            [
                tree.LockFile(101),
                "sh",
                "-c",
                "rm -r \"$1/var/lock/qemu-server\"; \"$2\" 101 pre-start >&2 && cat \"$1/var/lib/lamboot/900.json\"",
                "sh",
                tree.Root,
                Repository.File("out", "bin", "lamboot-hook"),
            ],
            ("LAMBOOT_ROOT", tree.Root)
        );

        AssertIdentity(start, 101);
    }

    /// <summary>Its hook may have died, or had no lease: its QEMU opens the document all the same.</summary>
    [Fact]
    public void An_owner_that_starts_without_a_lease_is_waited_for()
    {
        using HostTree tree = Node();
        VmStart.Run(tree, Source).ExitCode.ShouldBe(0);
        string document = File.ReadAllText(tree.Document(Source));
        AddClone(tree, 101);
        using Process owner = tree.HoldLock(Source);

        using Process clone = VmStart.Begin(tree, 101, ":");
        clone.StandardError.ReadLine().ShouldNotBeNull().ShouldContain("identity /var/lib/lamboot/101.json");
        clone
            .StandardError.ReadLine()
            .ShouldBe(
                $"lamboot-hook: VM 101: waiting for the task that holds VM 900's lock (process {owner.Id} (flock))"
            );
        using FileSystemWatcher leases = new(tree.Path("/var/lib/lamboot/state"), "900.lease");
        int changes = 0;
        leases.Changed += (_, _) => Interlocked.Increment(ref changes);
        leases.EnableRaisingEvents = true;
        clone.WaitForExit(1_000).ShouldBeFalse();
        changes.ShouldBe(0, "others would take a lease that comes and goes for progress");
        File.ReadAllText(tree.Document(Source)).ShouldBe(document);
        owner.Kill(entireProcessTree: true);

        VmidOf(clone.StandardOutput.ReadToEnd()).ShouldBe("101");
        clone.StandardError.ReadToEnd().ShouldNotContain("waiting");
    }

    [Fact]
    public void A_task_that_holds_the_owner_s_lock_for_too_long_is_named()
    {
        using HostTree tree = Node();
        tree.Write("/etc/lamboot/fleet.toml", Fleet.Replace("= 60", "= 1", StringComparison.Ordinal));
        AddClone(tree, 101);
        using Process owner = tree.HoldLock(Source);

        ProgramResult clone = VmStart.Run(tree, 101);
        owner.Kill(entireProcessTree: true);

        clone.ExitCode.ShouldBe(3);
        clone.Error.ShouldContain(
            $"error: the task that holds VM 900's lock (process {owner.Id} (flock)) has held the identity file that this start needs for 1 s"
        );
        clone.Error.ShouldEndWith("start it again, or run 'lamboot-hook attach 101' first\n");
    }

    /// <summary>A clone or a migration, say, holds the lock of its source for as long as it copies disks.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_task_on_a_running_source_or_on_a_template_is_no_start(bool isRunning)
    {
        using HostTree tree = Node();
        tree.Write("/etc/lamboot/fleet.toml", Fleet.Replace("= 60", "= 5", StringComparison.Ordinal));
        AddClone(tree, 101);
        using Process? qemu = isRunning ? tree.RunQemu(Source) : null;
        string kind = isRunning ? "hookscript: local:snippets/lamboot-hook" : "template: 1";
        tree.AddVm(Source, more: $"{kind}\nargs: {HostTree.Args}900.json\n");

        Thread.Sleep(50); // the clock of processes is that coarse
        using Process task = tree.HoldLock(Source);

        ProgramResult clone = VmStart.Run(tree, 101);
        task.Kill(entireProcessTree: true);
        qemu?.Kill(entireProcessTree: true);

        AssertIdentity(clone, 101);
        clone.Error.ShouldNotContain("waiting");
    }

    /// <summary>A rollback stops and starts a VM under one lock; without our hookscript, nothing keeps its QEMU from the lent file.</summary>
    [Fact]
    public void A_task_on_a_running_source_without_the_hookscript_may_start_it()
    {
        using HostTree tree = Node();
        tree.Write("/etc/lamboot/fleet.toml", Fleet.Replace("= 60", "= 1", StringComparison.Ordinal));
        AddClone(tree, 101);
        using Process qemu = tree.RunQemu(Source);
        tree.AddVm(Source, more: $"args: {HostTree.Args}900.json\n");
        Thread.Sleep(50); // the clock of processes is that coarse
        using Process task = tree.HoldLock(Source);

        ProgramResult clone = VmStart.Run(tree, 101);
        task.Kill(entireProcessTree: true);
        qemu.Kill(entireProcessTree: true);

        clone.ExitCode.ShouldBe(3);
        clone.Error.ShouldContain("start refused: ");
    }
}
