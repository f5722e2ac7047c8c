using System.Diagnostics;
using System.Text.Json;
using LamBoot.Testing.Nodes;

namespace LamBoot.Monitor.Tests.Nodes;

/// <summary>
/// <c>--cluster</c>, over real ssh to nodes in network namespaces: one as it should be, one with another version, one that hangs, one
/// without the program, one that is down, and one that the cluster knows to be offline.
/// </summary>
public sealed class ClusterTests : IDisposable
{
    // Another version's answer: it lacks what this one adds, and has fields that this one does not know.
    private static readonly string OtherVersion = $$$"""
        case "$*" in *--boots*) exit 2 ;; esac
        {{{Repository.File("out", "bin", "lamboot-pve-monitor")}}} "$@" |
            sed 's/"attached": [a-z]*/"later": {"a": [true, {"b": 1}]}/; s/"quiet": null/"count": 1.5/; /"since":/s/"since".*/"more": []/'
        """;

    private const int LongestSeconds = 20; // ten of them for a node that hangs

    private readonly NodeNetwork? _network;
    private readonly string _why;

    public ClusterTests() => _network = NodeNetwork.TryCreate(out _why);

    [Fact]
    public void Every_node_is_in_the_table_whatever_it_does()
    {
        NodeNetwork network = Cluster();
        Stopwatch watch = Stopwatch.StartNew();

        ProgramResult result = network.Run("lamboot-pve-monitor", "--cluster", "--exit-code");

        watch.Elapsed.TotalSeconds.ShouldBeLessThan(LongestSeconds);
        result.Error.ShouldBe("");
        result.ExitCode.ShouldBe(2);
        result.Output.ShouldBeGolden();
        File.ReadAllText(Repository.File("docs", "broken-vms.md")).ShouldContain($"```text\n{result.Output}```\n");
    }

    [Fact]
    public void Every_node_is_in_the_JSON_and_on_the_page()
    {
        NodeNetwork network = Cluster();
        string page = network.Tree.Path("/page.html");

        ProgramResult result = network.Run("lamboot-pve-monitor", "--cluster", "--json", "--html", page);

        result.Error.ShouldBe("");
        result.ExitCode.ShouldBe(0);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        string[] rows =
        [
            .. json
                .RootElement.EnumerateArray()
                .Select(row => $"{row.GetProperty("node")} {row.GetProperty("vmid")} {row.GetProperty("status")}"),
        ];
        rows.ShouldBe([
            "pve4  unknown",
            "pve5  unknown",
            "pve6  unknown",
            "pve7  unknown",
            "pve2 200 critical",
            "pve1 100 healthy",
            "pve3 300 healthy",
        ]);
        json.RootElement[4].GetProperty("since").GetString().ShouldNotBeNull();
        string html = File.ReadAllText(page);
        foreach (string vm in (string[])["vm100", "vm200", "vm300"])
        {
            html.ShouldContain(vm);
        }
    }

    /// <summary>A host key other than the one that Proxmox VE keeps belongs to another machine: nothing it says counts.</summary>
    [Fact]
    public void A_node_with_another_host_key_is_not_believed()
    {
        NodeNetwork network = Network();
        network.Add(2, null).AddVm(200, "confirmed-4m");
        network.Add(3, null);
        network.WriteMembers();
        string other = File.ReadAllText(network.Tree.Path("/etc/pve/nodes/pve3/ssh_known_hosts"));
        network.Tree.Write(
            "/etc/pve/nodes/pve2/ssh_known_hosts",
            other.Replace("pve3", "pve2", StringComparison.Ordinal)
        );

        ProgramResult result = network.Run("lamboot-pve-monitor", "--cluster", "--nagios");

        result.Error.ShouldBe("");
        result.ExitCode.ShouldBe(3);
        result.Output.ShouldBe(
            "LAMBOOT UNKNOWN - 0 VMs on 2 of 3 nodes: 0 critical, 0 warning, 0 unknown, 0 healthy - node pve2: "
                + "its host key has changed; if it was reinstalled, run on it: pvecm updatecerts | "
                + "critical=0;;;0;0 warning=0;;;0;0 unknown=0;;;0;0 healthy=0;;;0;0 silent_nodes=1;;;0;3\n"
        );
    }

    /// <summary>A VM's records from before it migrated are shown too, with the node, in chronological order.</summary>
    [Fact]
    public void A_VM_that_migrated_keeps_its_history()
    {
        NodeNetwork network = Network();
        HostTree[] nodes = [network.Add(2, null), network.Tree, network.Add(3, null)];
        network.Add(4, ("lamboot-hook", "exec sleep 300"));
        network.AddDown(5, isOnline: false);
        network.WriteMembers();
        for (int at = 0; at < nodes.Length; at++)
        {
            nodes[at].AddVm(100, at == 1 ? "panic-255" : "confirmed-4m");
            nodes[at].Phase(100, "post-stop").ExitCode.ShouldBe(0);
            File.WriteAllText(
                nodes[at].Log,
                Golden
                    .HideNow(File.ReadAllText(nodes[at].Log))
                    .Replace("NOW", $"2026-01-0{at + 1}T00:00:00Z", StringComparison.Ordinal)
            );
        }

        ProgramResult result = network.Run("lamboot-hook", "history", "100");

        result.Output.ShouldBeGolden();
        result.Error.ShouldBe(
            $"lamboot-hook: records of node pve4 are missing: it did not answer within 10 s; try: ssh root@{NodeNetwork.Address(4)}\n"
                + "lamboot-hook: records of node pve5 are missing: it is offline; check with: pvecm status\n"
        );
        result.ExitCode.ShouldBe(1);
        network.Run("lamboot-hook", "history", "100", "--local").Output.ShouldNotContain("NODE");
    }

    public void Dispose() => _network?.Dispose();

    private NodeNetwork Network()
    {
        Assert.SkipWhen(_network is null, _why);
        return _network!;
    }

    private NodeNetwork Cluster()
    {
        NodeNetwork network = Network();
        AddVm(network.Tree, 100, ExampleImage.Good);
        HostTree second = network.Add(2, null);
        AddVm(second, 200, ExampleImage.Crashed);
        second.Monitor("--exit-code").ExitCode.ShouldBe(2); // the status lasts since then
        second.Phase(200, "post-stop").ExitCode.ShouldBe(0); // a boot in its log
        AddVm(network.Add(3, ("lamboot-pve-monitor", OtherVersion)), 300, ExampleImage.Good);
        network.Add(4, ("lamboot-pve-monitor", "exec sleep 300"));
        network.Add(5, []);
        network.AddDown(6, isOnline: true);
        network.AddDown(7, isOnline: false);
        network.WriteMembers();
        return network;
    }

    private static void AddVm(HostTree tree, int vmid, int example)
    {
        tree.AddVm(vmid);
        Directory.CreateDirectory(Path.GetDirectoryName(tree.ImagePath(vmid))!);
        File.WriteAllBytes(tree.ImagePath(vmid), ExampleImage.ReadBytes(example));
    }
}
