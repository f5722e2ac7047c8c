using static LamBoot.Hook.Tests.Clones.CloneNode;

namespace LamBoot.Hook.Tests.Clones;

/// <summary>
/// A clone's args point to another VM's document, which its first QEMU opens. Its guest reads its own identity all the same, whatever else is
/// started or missing.
/// </summary>
public sealed class CloneTests
{
    [Fact]
    public void The_owner_and_its_clones_start_at_once()
    {
        using HostTree tree = Node();
        for (int round = 0; round < 10; round++)
        {
            int[] vmids = [Source, .. Enumerable.Range(101, 9)];
            foreach (int clone in vmids[1..])
            {
                AddClone(tree, clone);
            }

            ProgramResult[] starts =
            [
                .. vmids.AsParallel().AsOrdered().WithDegreeOfParallelism(10).Select(vmid => VmStart.Run(tree, vmid)),
            ];

            for (int i = 0; i < vmids.Length; i++)
            {
                AssertIdentity(starts[i], vmids[i]);
            }
        }

        VmidOf(File.ReadAllText(tree.Document(Source))).ShouldBe("900");
        Left(tree).ShouldBeEmpty();
    }

    [Fact]
    public void Clones_of_each_other_do_not_wait_for_each_other_for_ever()
    {
        using HostTree tree = Node();
        for (int round = 0; round < 10; round++)
        {
            AddClone(tree, 101, of: 102);
            AddClone(tree, 102, of: 101);
            ProgramResult[] starts =
            [
                .. new[] { 101, 102 }.AsParallel().AsOrdered().Select(vmid => VmStart.Run(tree, vmid)),
            ];

            AssertIdentity(starts[0], 101);
            AssertIdentity(starts[1], 102);
        }
    }

    [Theory]
    [InlineData("/srv/lamboot")]
    [InlineData("/var/lib/./lamboot")]
    [InlineData("/var/lib//lamboot")]
    public void Another_way_to_the_folder_leads_to_the_same_documents(string folder)
    {
        using HostTree tree = Node();
        Directory.CreateDirectory(tree.Path("/srv"));
        File.CreateSymbolicLink(tree.Path("/srv/lamboot"), tree.Path("/var/lib/lamboot"));
        tree.AddVm(101, more: $"tags: odd\nargs: -fw_cfg name=opt/lamboot/config,file={folder}/900.json\n");

        AssertIdentity(VmStart.Run(tree, 101), 101);

        AssertGivenBack(tree);
    }

    [Fact]
    public void Detach_leaves_a_document_that_a_start_has()
    {
        using HostTree tree = Node().AddQm();
        AddClone(tree, 101);
        tree.AddVm(Source);

        ProgramResult start = VmStart.Run(tree, 101, "\"$2\" detach 900 >&2");

        start.ExitCode.ShouldBe(0, start.Error);
        start.Error.ShouldContain("900.json, which a VM is starting with; run detach again");
        File.ReadAllText(tree.Document(Source)).ShouldBe(SourceDocument);
    }

    [Fact]
    public void A_source_whose_document_is_gone_lets_its_clone_start()
    {
        using HostTree tree = Node();
        File.Delete(tree.Document(Source));
        AddClone(tree, 101);

        AssertIdentity(VmStart.Run(tree, 101), 101);

        File.Exists(tree.Document(Source)).ShouldBeFalse();
        Left(tree).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/etc/secret")]
    [InlineData("/var/lib/lamboot/../../../etc/secret")]
    [InlineData("/var/lib/lamboot/sub/900.json")]
    [InlineData("/var/lib/lamboot/9.json")]
    [InlineData("/var/lib/lamboot/0900.json")]
    public void Any_other_file_is_left_alone(string path)
    {
        using HostTree tree = Node();
        tree.Write(path, "secret");
        tree.AddVm(101, more: $"args: -fw_cfg name=opt/lamboot/config,file={path}\n");

        ProgramResult start = VmStart.Run(tree, 101);

        start.Output.ShouldBe("secret");
        start.Error.ShouldContain(
            $"args points to {path}, which is not an identity file in /var/lib/lamboot; left unchanged"
        );
        File.ReadAllText(tree.Path(path)).ShouldBe("secret");
    }

    [Fact]
    public void A_phase_run_by_hand_while_a_task_holds_the_lock_says_why_it_is_refused()
    {
        using HostTree tree = Node();
        AddClone(tree, 101);
        using System.Diagnostics.Process task = tree.HoldLock(101);

        ProgramResult phase = tree.Phase(101, "pre-start");
        task.Kill(entireProcessTree: true);

        phase.ExitCode.ShouldBe(1);
        phase.Error.ShouldStartWith(
            $"lamboot-hook: VM 101: error: process {task.Id} (flock) holds VM 101's lock: not a start\n"
        );
    }

    [Fact]
    public void A_phase_run_by_hand_lends_nothing_and_leaves_no_lease()
    {
        using HostTree tree = Node();
        AddClone(tree, 101);

        tree.Phase(101, "pre-start").ExitCode.ShouldBe(0);

        AssertGivenBack(tree);
        Leases(tree).ShouldBeEmpty();
        File.ReadAllText(tree.Config(101)).ShouldContain($"{HostTree.Args}101.json\n");
    }
}
