namespace LamBoot.Monitor.Tests.Nodes;

/// <summary>Which nodes are asked, how, and how their answers are used.</summary>
public sealed class AskTests : IDisposable
{
    private readonly StubNode _node = new();

    [Fact]
    public void Ssh_is_called_as_Proxmox_VE_calls_it()
    {
        _node.Tree.Write("/etc/pve/nodes/pve2/ssh_known_hosts", "");

        ProgramResult result = _node.Run("--tag", "web", "--threshold", "3", "--all");

        result.Error.ShouldBe("");
        File.ReadAllText(_node.Tree.Path("/calls"))
            .ShouldBe(
                "-e none -o BatchMode=yes -o ConnectTimeout=5 -o HostKeyAlias=pve2 "
                    + $"-o UserKnownHostsFile={_node.Tree.Path("/etc/pve/nodes/pve2/ssh_known_hosts")} -o GlobalKnownHostsFile=none "
                    + "root@10.0.0.2 lamboot-pve-monitor --json --all --threshold 3 --tag web "
            );
        result.Output.ShouldContain("200   db    pve2");
    }

    /// <summary>The page shows the boots of other nodes' VMs; a version that does not know the option is asked without it.</summary>
    [Fact]
    public void Boots_are_asked_for_where_a_page_is()
    {
        _node.Ssh(
            "printf '%s\\n' \"$*\" >>\"$LAMBOOT_ROOT/calls\"; case \"$*\" in *--boots*) exit 2 ;; esac; cat \"$LAMBOOT_ROOT/answer\""
        );

        _node.Run("--html", _node.Tree.Path("/page.html")).ShouldBe(new(0, "", ""));

        string[] calls = File.ReadAllLines(_node.Tree.Path("/calls"));
        calls.Length.ShouldBe(2);
        calls[0].ShouldEndWith("lamboot-pve-monitor --json --boots");
        calls[1].ShouldEndWith("lamboot-pve-monitor --json");
        File.ReadAllText(_node.Tree.Path("/page.html")).ShouldContain("db");
    }

    [Fact]
    public void A_VM_that_two_nodes_tell_of_is_the_ones_that_has_it()
    {
        _node.Members(
            "\"pve2\": {\"id\": 2, \"online\": 1, \"ip\": \"10.0.0.2\"}, \"pve3\": {\"id\": 3, \"online\": 1, \"ip\": \"fd00::3\"}"
        );
        _node.Tree.Write("/etc/pve/nodes/pve3/qemu-server/200.conf", "bios: ovmf\n");
        _node.Tree.Write(
            "/answer",
            $"[{StubNode.Good.Replace("\"node\":\"pve2\",", "\"node\":\"/\",", StringComparison.Ordinal)}]"
        );

        _node.Run().Output.ShouldContain("200   db    pve3");
        _node
            .Run("201")
            .ShouldSatisfyAllConditions(
                result => result.ExitCode.ShouldBe(1),
                result => result.Error.ShouldBe("lamboot-pve-monitor: no VM 201 on the nodes that answered\n"),
                result => result.Output.ShouldContain("unreadable: no such VM on the nodes that answered")
            );
    }

    [Theory]
    [InlineData("{\"nodename\":\"pve1\",\"nodelist\":{\"-oProxyCommand=x\":{\"online\":1,\"ip\":\"10.0.0.2\"}}}")]
    [InlineData("{\"nodename\":\"pve1\",\"nodelist\":{\"a/../b\":{\"online\":1,\"ip\":\"10.0.0.2\"}}}")]
    [InlineData("{\"nodename\":\"pve1\",\"nodelist\":[]}")]
    [InlineData("{\"nodename\":\"pve1\",\"nodelist\":{\"pve2\":{\"online\":true}}}")]
    [InlineData("{}")]
    [InlineData("x")]
    public void A_list_of_nodes_that_pmxcfs_does_not_write_is_refused(string members)
    {
        _node.Tree.Write("/etc/pve/.members", members);

        ProgramResult result = _node.Run("--json");

        result.ShouldBe(
            new(
                1,
                "null\n",
                $"lamboot-pve-monitor: {_node.Tree.Path("/etc/pve/.members")} is not a list of the cluster's nodes; is pve-cluster running?\n"
            )
        );
        _node.IsAsked.ShouldBeFalse();
    }

    [Theory]
    [InlineData("-oProxyCommand=x")]
    [InlineData("10.0.0.2 -oX")]
    [InlineData("fe80::1%eth0")]
    public void What_is_no_address_is_never_an_argument(string ip)
    {
        _node.Members($"\"pve2\": {{\"id\": 2, \"online\": 1, \"ip\": \"{ip}\"}}");

        _node.ShouldBeSilent("the cluster does not know its address; check with: pvecm status");
        _node.IsAsked.ShouldBeFalse();
    }

    /// <summary>A node outside a cluster has a member list without nodes.</summary>
    [Fact]
    public void A_node_alone_is_a_cluster_of_one()
    {
        _node.Tree.AddVm(100, "confirmed-4m");
        _node.Tree.Write("/etc/pve/.members", "{\n\"nodename\": \"pve1\",\n\"version\": 3\n}\n");

        _node.Run().Output.ShouldEndWith("1 VM on 1 node: 0 critical, 0 warning, 0 unknown, 1 healthy\n");
    }

    [Theory]
    [InlineData("--textfile", "-")]
    [InlineData("--notify")]
    [InlineData("--test-alert")]
    [InlineData("--webhook", "https://example.com/")]
    [InlineData("--tag", "a b")]
    [InlineData("--tag", "-x")]
    public void What_makes_no_sense_with_it_is_refused(params string[] arguments)
    {
        _node.Run(arguments).ExitCode.ShouldBe(2);
        _node.IsAsked.ShouldBeFalse();
    }

    /// <summary>If a node does not answer, whether its VMs are gone is unknown.</summary>
    [Fact]
    public void A_watch_says_that_a_node_is_silent_and_that_it_is_back()
    {
        _node.Ssh(
            "echo x >>\"$LAMBOOT_ROOT/calls\"; [ \"$(wc -l <\"$LAMBOOT_ROOT/calls\")\" = 2 ] && exit 255; cat \"$LAMBOOT_ROOT/answer\""
        );

        ProgramResult result = ProgramResult.Shell(
            "export LAMBOOT_ROOT=\"$1\"; \"$2\" --cluster --watch --interval 1 & "
                + "while [ \"$(cat \"$1/calls\" 2>/dev/null | wc -l)\" -lt 4 ]; do sleep 0.1; done; kill $!; wait $!",
            _node.Tree.Root,
            Repository.File("out", "bin", "lamboot-pve-monitor")
        );

        result.Error.ShouldBe("");
        Golden
            .HideNow(result.Output)
            .ShouldBe(
                "2026-01-01T00:00:00Z VM 200 (db) on pve2: healthy: the guest confirmed its boot (no LamBootState, no crash count, entry -, no time)\n"
                    + "NOW all VMs on pve2: unknown: ssh failed; try: ssh root@10.0.0.2\n"
                    + "NOW all VMs on pve2: unknown -> healthy: the node answers again\n"
            );
    }

    public void Dispose() => _node.Dispose();
}
