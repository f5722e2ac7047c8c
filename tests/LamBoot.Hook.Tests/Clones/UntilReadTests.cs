using static LamBoot.Hook.Tests.Clones.CloneNode;

namespace LamBoot.Hook.Tests.Clones;

/// <summary>What a clone was lent is restored once its QEMU has read it, not before, and not for any other reader.</summary>
public sealed class UntilReadTests
{
    private const string Both =
        $"{HostTree.Args}900.json -fw_cfg name=opt/io.systemd.credentials/lamboot.identity,file=/var/lib/lamboot/900.json";

    private const int Failing = 161; // no other test in this process holds its lock

    public UntilReadTests() => Fanotify.SkipWhereRefused();

    [Fact]
    public void It_is_given_back_while_the_start_goes_on_and_the_next_clone_has_it()
    {
        using HostTree tree = Node();
        using HeldLock first = Lend(tree, 101);
        using HeldLock second = new(tree, 102);
        AddClone(tree, 102);

        using Reader qemu = Read(tree, 101, HostTree.Args + "900.json", 1);
        Watchers.WaitUntil(() => File.ReadAllText(tree.Document(Source)) == SourceDocument);
        Watchers.WaitForEnd(tree, 101);
        Leases(tree).ShouldBeEmpty();
        ProgramResult next = tree.Phase(102, "pre-start");

        next.ExitCode.ShouldBe(0, next.Error);
        next.Output.ShouldNotContain("waiting");
        tree.Phase(101, "post-start").Output.ShouldNotContain("restored");
        VmidOf(File.ReadAllText(tree.Document(Source)))
            .ShouldBe("102", "the end of the first start takes nothing from the second");
        tree.Phase(102, "post-start").Output.ShouldContain("restored VM 900's identity file");
        AssertGivenBack(tree);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Each_channel_is_to_be_read(int reads, bool isGivenBack)
    {
        using HostTree tree = Node();
        using HeldLock held = Lend(tree, 101, Both);
        int watcher = Watchers.Of(tree, 101);

        using Reader qemu = Read(tree, 101, Both, reads);

        AssertGivenBack(tree, watcher, isGivenBack);
    }

    [Fact]
    public void Strings_are_to_be_read_too()
    {
        const string Args = $"{HostTree.Args}900.json -smbios type=11,path=/var/lib/lamboot/900.vmid";
        using HostTree tree = Node();
        using HeldLock held = Lend(tree, 101, Args);
        int watcher = Watchers.Of(tree, 101);
        using Reader qemu = Read(tree, 101, Args, 1);
        AssertGivenBack(tree, watcher, isGivenBack: false);

        qemu.Read(tree.Path("/var/lib/lamboot/900.vmid"));

        AssertGivenBack(tree, watcher, isGivenBack: true);
        File.Exists(tree.Path("/var/lib/lamboot/900.vmid"))
            .ShouldBeFalse("the document that was put back is none to make it from");
    }

    [Theory]
    [InlineData("cat")]
    [InlineData("QEMU of another VM")]
    [InlineData("QEMU with other args")]
    [InlineData("QEMU with one more of them")]
    [InlineData("nobody's QEMU")]
    public void Who_else_reads_it_does_not_free_the_line_and_does_not_hold_it(string who)
    {
        using HostTree tree = Node();
        using HeldLock held = Lend(tree, 101);
        int watcher = Watchers.Of(tree, 101);
        string[] args = Args(tree, HostTree.Args + "900.json");
        ProgramResult.Shell("chmod 755 \"$1\"", tree.Root);
        using (
            Reader other = who switch
            {
                "cat" => Reader.Other(),
                "QEMU of another VM" => Reader.Qemu(102, args),
                "QEMU with other args" => Reader.Qemu(101, "-fw_cfg", "name=opt/x,file=/y"),
                "QEMU with one more of them" => Reader.Qemu(
                    101,
                    [.. args, "-fw_cfg", $"name=opt/x,file={tree.Document(Source)}"]
                ),
                _ => Reader.QemuOfNobody(101, args),
            }
        )
        {
            other.Read(tree.Document(Source), tree.Document(Source), tree.Document(Source));
            AssertGivenBack(tree, watcher, isGivenBack: false);
        }

        using Reader qemu = Read(tree, 101, HostTree.Args + "900.json", 1);

        AssertGivenBack(tree, watcher, isGivenBack: true);
    }

    /// <summary>With two channels, and a stranger among the readers, fanotify alone cannot tell who read how often.</summary>
    [Fact]
    public void Where_it_is_not_known_for_sure_the_start_s_end_gives_it_back()
    {
        using HostTree tree = Node();
        using HeldLock held = Lend(tree, 101, Both);
        int watcher = Watchers.Of(tree, 101);
        using Reader cat = Reader.Other();
        cat.Read(tree.Document(Source));

        using Reader qemu = Read(tree, 101, Both, 1);
        cat.Read(tree.Document(Source));

        AssertGivenBack(tree, watcher, isGivenBack: false);
        tree.Phase(101, "post-start").Output.ShouldContain("restored VM 900's identity file");
        AssertGivenBack(tree);
        Watchers.WaitForEnd(tree, 101);
    }

    /// <summary>A QEMU of a start that was killed may read what was lent to the next start, whose own QEMU has not started yet.</summary>
    [Fact]
    public void A_QEMU_that_ran_before_the_start_does_not_free_the_line()
    {
        using HostTree tree = Node();
        using Reader old = Reader.Qemu(101, Args(tree, HostTree.Args + "900.json"));
        using HeldLock held = Lend(tree, 101);
        Watchers.WaitForEnd(tree, 101);

        old.Read(tree.Document(Source));

        VmidOf(File.ReadAllText(tree.Document(Source))).ShouldBe("101");
        tree.Phase(101, "post-start").ExitCode.ShouldBe(0);
        AssertGivenBack(tree);
    }

    [Fact]
    public void It_has_nothing_of_who_started_it_and_ends_with_the_start()
    {
        using HostTree tree = Node();
        using HeldLock held = Lend(tree, 101); // which has read all of the phase's output, to the end

        int watcher = Watchers.Of(tree, 101);

        Watchers
            .Descriptors(watcher)
            .Where(file => file != "/dev/urandom") // the runtime's
            .ShouldBe([
                "/dev/null",
                "/dev/null",
                "/dev/null",
                tree.Path("/var/lib/lamboot/state/900.lease"),
                "anon_inode:[fanotify]",
                "anon_inode:inotify",
            ]);
        new FileInfo($"/proc/{watcher}/cwd").LinkTarget.ShouldBe("/");
        string[] fields = Watchers.ReadProc(watcher, "stat").Split(' ');
        fields[5].ShouldBe($"{watcher}", "it leads a session");
        Watchers
            .ReadProc(watcher, "environ")
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(variable => variable.Split('=')[0])
            .Order()
            .ShouldBe(["LAMBOOT_ROOT", "PATH"]);
        tree.Phase(101, "post-start").ExitCode.ShouldBe(0);
        Watchers.WaitForEnd(tree, 101);
        AssertGivenBack(tree);
    }

    [Fact]
    public void It_ends_with_a_start_that_fails()
    {
        using HostTree tree = Node();
        using (Lend(tree, Failing))
        {
            Watchers.Of(tree, Failing);
        }

        Watchers.WaitForEnd(tree, Failing);

        VmidOf(File.ReadAllText(tree.Document(Source))).ShouldBe($"{Failing}", "the next start puts it back");
    }

    /// <summary>Begins a clone's first start, up to the end of pre-start; it is in progress as long as the lock is held.</summary>
    private static HeldLock Lend(HostTree tree, int vmid, string args = HostTree.Args + "900.json")
    {
        tree.AddVm(vmid, more: $"tags: {Parity(vmid)}\nargs: {args}\n");
        HeldLock held = new(tree, vmid);
        ProgramResult start = tree.Phase(vmid, "pre-start");
        start.ExitCode.ShouldBe(0, start.Error);
        return held; // without looking at the document, which would be another process's read
    }

    /// <summary>A QEMU that has read the document a number of times and keeps running.</summary>
    private static Reader Read(HostTree tree, int vmid, string args, int times)
    {
        Watchers.Of(tree, vmid);
        Reader qemu = Reader.Qemu(vmid, Args(tree, args));
        qemu.Read([.. Enumerable.Repeat(tree.Document(Source), times)]);
        return qemu;
    }

    /// <summary>The arguments that Proxmox VE would pass to QEMU, in this tree.</summary>
    private static string[] Args(HostTree tree, string args) =>
        args.Replace("=/var", $"={tree.Root}/var", StringComparison.Ordinal).Split(' ');

    private static void AssertGivenBack(HostTree tree, int watcher, bool isGivenBack)
    {
        if (isGivenBack)
        {
            Watchers.WaitForEnd(tree, 101);
            AssertGivenBack(tree);
            return;
        }

        Watchers.Settle(watcher);
        VmidOf(File.ReadAllText(tree.Document(Source))).ShouldBe("101");
    }

    private static void AssertGivenBack(HostTree tree)
    {
        File.ReadAllText(tree.Document(Source)).ShouldBe(SourceDocument);
        Directory.GetFiles(tree.Path("/var/lib/lamboot"), "*.owner").ShouldBeEmpty();
        Leases(tree).ShouldBeEmpty();
    }
}
