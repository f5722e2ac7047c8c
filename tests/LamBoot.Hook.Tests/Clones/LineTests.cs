using System.Diagnostics;
using static LamBoot.Hook.Tests.Clones.CloneNode;

namespace LamBoot.Hook.Tests.Clones;

/// <summary>
/// Starts that want the same document wait in order of arrival, and know how many are ahead of them and how long it may take.
/// </summary>
public sealed class LineTests
{
    private const int Holder = 101;
    private const string Noted = "echo $3 >>\"$1/order\"";

    private static readonly int[] Waiting = [.. Enumerable.Range(102, 10)];

    [Fact]
    public void Who_comes_first_is_served_first_and_is_told_how_many_are_before_it()
    {
        using HostTree tree = Node();
        using Process holder = Hold(tree);
        List<Process> waiting = [];
        foreach (int vmid in Waiting)
        {
            waiting.Add(Wait(tree, vmid, out string told));
            told.ShouldBe(
                $"lamboot-hook: VM {vmid}: waiting for VM 101's first start ({waiting.Count} ahead of this one)"
            );
        }

        holder.Kill(entireProcessTree: true);

        foreach (Process start in waiting)
        {
            start.StandardError.ReadToEnd().ShouldNotContain("waiting");
            start.WaitForExit();
            start.ExitCode.ShouldBe(0);
            start.Dispose();
        }

        Order(tree).ShouldBe(Waiting);
        AssertGivenBack(tree);
    }

    [Fact]
    public void Who_dies_in_line_blocks_nobody()
    {
        using HostTree tree = Node();
        using Process holder = Hold(tree);
        Process[] waiting = [.. Waiting.Select(vmid => Wait(tree, vmid, out _))];
        int[] dead = [0, 3, 4, 9];
        foreach (int at in dead)
        {
            waiting[at].Kill(entireProcessTree: true);
        }

        using Process last = Wait(tree, 120, out string told);
        told.ShouldContain($"({Waiting.Length - dead.Length + 1} ahead of this one)");
        holder.Kill(entireProcessTree: true);

        last.StandardError.ReadToEnd();
        last.WaitForExit();
        last.ExitCode.ShouldBe(0);
        Order(tree).ShouldBe([.. Waiting.Where((_, at) => !dead.Contains(at)), 120]);
        Array.ForEach(waiting, start => start.Dispose());
    }

    /// <summary>Its hook lives on, and nobody holds the VM's lock: it neither takes its turn nor edits the configuration.</summary>
    [Fact]
    public void Whose_starter_dies_in_line_leaves_it()
    {
        using HostTree tree = Node();
        using Process holder = Hold(tree);
        using Process orphan = Wait(tree, 102, out _);
        string config = File.ReadAllText(tree.Config(102));
        foreach (int process in (int[])[orphan.Id, .. ChildrenOf(orphan.Id)]) // flock and the shell, not the hook
        {
            Process.GetProcessById(process).Kill();
        }

        orphan
            .StandardError.ReadToEnd()
            .ShouldBe(
                "lamboot-hook: VM 102: error: start refused: QEMU would open VM 900's identity file, which cannot be made to carry this VM's "
                    + $"identity (process {orphan.Id}, which was starting this VM, has ended); fix the cause above and start it again, "
                    + "or run 'lamboot-hook attach 102' first\n"
            );
        holder.Kill(entireProcessTree: true);
        File.ReadAllText(tree.Config(102)).ShouldBe(config);
        AssertIdentity(VmStart.Run(tree, 102), 102);
    }

    /// <summary>The owner's own start holds its VM's lock, and no clone's start may go before it is over.</summary>
    [Fact]
    public void The_owner_goes_first()
    {
        using HostTree tree = Node();
        using Process holder = Hold(tree);
        using Process clone = Wait(tree, 102, out _);
        using Process owner = Wait(tree, Source, out string told);
        told.ShouldBe("lamboot-hook: VM 900: waiting for VM 101's first start (1 ahead of this one)");
        using Process last = Wait(tree, 103, out _);

        holder.Kill(entireProcessTree: true);

        foreach (Process start in (Process[])[owner, clone, last])
        {
            start.StandardError.ReadToEnd();
            start.WaitForExit();
            start.ExitCode.ShouldBe(0);
        }

        Order(tree).ShouldBe([Source, 102, 103]);
    }

    /// <summary>Six starts of more than two seconds each, ahead of one that waits ten seconds for each.</summary>
    [Fact]
    public void A_line_that_moves_is_waited_for_however_long_it_is()
    {
        using HostTree tree = Node();
        tree.Write("/etc/lamboot/fleet.toml", Fleet.Replace("= 60", "= 10", StringComparison.Ordinal));
        using Process holder = Hold(tree);
        Process[] slow = [.. Waiting[..6].Select(vmid => Wait(tree, vmid, out _, "sleep 2"))];
        Stopwatch watch = Stopwatch.StartNew();
        using Process last = Wait(tree, 120, out _);
        holder.Kill(entireProcessTree: true);

        string error = last.StandardError.ReadToEnd();
        last.WaitForExit();

        last.ExitCode.ShouldBe(0, error);
        watch.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(12));
        Array.ForEach(slow, start => start.Dispose());
    }

    /// <summary>A start that holds the document until it is killed.</summary>
    private static Process Hold(HostTree tree)
    {
        AddClone(tree, Holder);
        Process holder = VmStart.Begin(tree, Holder, "echo ready; exec sleep 600");
        holder.StandardOutput.ReadLine().ShouldBe("ready");
        return holder;
    }

    /// <summary>Begins a start that has to wait, and waits until it is in the queue.</summary>
    private static Process Wait(HostTree tree, int vmid, out string told, string between = ":")
    {
        if (vmid != Source)
        {
            AddClone(tree, vmid);
        }

        Process start = VmStart.Begin(tree, vmid, $"{Noted}; {between}");
        do
        {
            told = start.StandardError.ReadLine() ?? throw new InvalidOperationException($"VM {vmid} does not wait");
        } while (!told.Contains("waiting", StringComparison.Ordinal));

        return start;
    }

    private static int[] ChildrenOf(int process) =>
        [
            .. Watchers
                .ReadProc(process, $"task/{process}/children")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(child => int.Parse(child, null)),
        ];

    private static int[] Order(HostTree tree) =>
        [.. File.ReadAllLines(tree.Path("/order")).Select(line => int.Parse(line, null))];
}
