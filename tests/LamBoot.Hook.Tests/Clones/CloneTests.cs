using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace LamBoot.Hook.Tests.Clones;

/// <summary>
/// A clone's args name another VM's document, and its first QEMU opens that one. Its guest reads its own identity all the
/// same, whatever else is started, killed or missing.
/// </summary>
public sealed class CloneTests
{
    private const int Source = 900;
    private const string SourceDocument = "{\"vmid\": \"900\", \"marker\": \"the owner's\"}\n";

    private const string Fleet =
        HostTree.FleetOfTags
        + """
            [hookscript]
            lease_wait_seconds = 60

            """;

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

            AssertIdentity(VmStart.Run(tree, 102), 102);

            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        }

        AssertGivenBack(tree);
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

        // Its args name its own document by now.
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

        // What it does not forget is of another boot of the host.
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
        refused.Error.ShouldContain(
            "has had the identity file that this start's QEMU opens for 1 s (lease_wait_seconds)\n"
        );
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

    /// <summary>A lock's file that is removed meanwhile is locked still, for those that have it open.</summary>
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
    public async Task An_owner_that_starts_without_a_lease_is_waited_for()
    {
        using HostTree tree = Node();
        VmStart.Run(tree, Source).ExitCode.ShouldBe(0);
        string document = File.ReadAllText(tree.Document(Source));
        AddClone(tree, 101);
        using Process owner = tree.HoldLock(Source);

        Task<ProgramResult> clone = Task.Run(() => VmStart.Run(tree, 101));
        (await Task.WhenAny(clone, Task.Delay(TimeSpan.FromSeconds(1)))).ShouldNotBe(clone);
        File.ReadAllText(tree.Document(Source)).ShouldBe(document);
        owner.Kill(entireProcessTree: true);

        AssertIdentity(await clone, 101);
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
        start.Error.ShouldContain("900.json stays, since a VM starts with it; run it again");
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
        start.Error.ShouldContain($"args names {path}, which is no document of /var/lib/lamboot: it is left alone");
        File.ReadAllText(tree.Path(path)).ShouldBe("secret");
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

    /// <summary>Begins to start a VM, and kills all of it between pre-start and QEMU.</summary>
    private static void StartAndDie(HostTree tree, int vmid, Action? before = null)
    {
        using Process dies = VmStart.Begin(tree, vmid, "echo ready; exec sleep 60");
        dies.StandardOutput.ReadLine().ShouldBe("ready");
        before?.Invoke();
        dies.Kill(entireProcessTree: true);
        dies.WaitForExit();
    }

    private static HostTree Node()
    {
        HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", Fleet);
        tree.Write("/var/lib/lamboot/900.json", SourceDocument);
        tree.AddVm(Source, more: $"tags: even\nargs: {HostTree.Args}900.json\n");
        return tree;
    }

    private static void AddClone(HostTree tree, int vmid, int of = Source) =>
        tree.AddVm(vmid, more: $"tags: {Parity(vmid)}\nargs: -a {HostTree.Args}{of}.json\n");

    private static string Parity(int vmid) => vmid % 2 == 0 ? "even" : "odd";

    private static void AssertIdentity(ProgramResult start, int vmid)
    {
        start.ExitCode.ShouldBe(0, start.Error);
        using JsonDocument document = JsonDocument.Parse(start.Output);
        document
            .RootElement.GetProperty("vmid")
            .GetString()
            .ShouldBe(vmid.ToString(CultureInfo.InvariantCulture), start.Error);
        document.RootElement.GetProperty("role").GetString().ShouldBe(Parity(vmid), start.Error);
    }

    private static void AssertGivenBack(HostTree tree)
    {
        File.ReadAllText(tree.Document(Source)).ShouldBe(SourceDocument);
        Left(tree).ShouldBeEmpty();
    }

    /// <summary>Kept documents and temporary files, which no start may leave behind.</summary>
    private static List<string> Left(HostTree tree) =>
        [
            .. Directory
                .GetFiles(tree.Path("/var/lib/lamboot"))
                .Where(path => !path.EndsWith(".json", StringComparison.Ordinal)),
            .. Directory
                .GetFiles(tree.Path("/etc/pve/qemu-server"))
                .Where(path => !path.EndsWith(".conf", StringComparison.Ordinal)),
        ];

    /// <summary>Leases that are held. Those of a start that died are void, and stay until the VM starts again.</summary>
    private static List<string> Leases(HostTree tree) =>
        [
            .. Directory
                .GetFiles(tree.Path("/var/lib/lamboot/state"), "*.lease")
                .Where(path => new FileInfo(path).Length > 0),
        ];

    private static string? VmidOf(string document)
    {
        using JsonDocument json = JsonDocument.Parse(document);
        return json.RootElement.GetProperty("vmid").GetString();
    }
}
