using System.Text;
using System.Text.Json;

namespace LamBoot.Monitor.Tests.Nodes;

/// <summary>What another node says, by an ssh that says it: a broken answer is a row, a hostile one no more than text.</summary>
public sealed class AnswerTests : IDisposable
{
    private const string Good =
        """{"schema_version":1,"observed_at":"2026-01-01T00:00:00Z","phase":"monitor","node":"pve2","vmid":200,"name":"db","status":"healthy","verdict":"confirmed","reason":"the guest confirmed its boot","error":null}""";

    private readonly HostTree _tree = new();

    public AnswerTests()
    {
        Members("\"pve2\": {\"id\": 2, \"online\": 1, \"ip\": \"10.0.0.2\"}");
        Ssh("printf '%s ' \"$@\" >>\"$LAMBOOT_ROOT/calls\"; cat \"$LAMBOOT_ROOT/answer\"");
        _tree.Write("/answer", $"[{Good}]");
    }

    [Fact]
    public void Ssh_is_called_as_Proxmox_VE_calls_it()
    {
        _tree.Write("/etc/pve/nodes/pve2/ssh_known_hosts", "");

        ProgramResult result = _tree.Monitor("--cluster", "--tag", "web", "--threshold", "3", "--all");

        result.Error.ShouldBe("");
        File.ReadAllText(_tree.Path("/calls"))
            .ShouldBe(
                "-e none -o BatchMode=yes -o ConnectTimeout=5 -o HostKeyAlias=pve2 "
                    + $"-o UserKnownHostsFile={_tree.Path("/etc/pve/nodes/pve2/ssh_known_hosts")} -o GlobalKnownHostsFile=none "
                    + "root@10.0.0.2 lamboot-pve-monitor --json --all --threshold 3 --tag web "
            );
        result.Output.ShouldContain("200   db    pve2");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[null]")]
    [InlineData("[GOOD")]
    [InlineData("[GOOD]x")]
    [InlineData("[{\"vmid\":200}]")]
    [InlineData("[GOOD,{\"observed_at\":\"2026-01-01T00:00:00Z\",\"phase\":\"monitor\",\"node\":\"pve2\",\"vmid\":7}]")]
    [InlineData("[{\"observed_at\":\"soon\",\"phase\":\"monitor\",\"node\":\"pve2\",\"vmid\":200}]")]
    [InlineData("[{\"observed_at\":\"2026-01-01T00:00:00Z\",\"phase\":1,\"node\":\"pve2\",\"vmid\":200}]")]
    public void What_is_no_list_of_records_is_a_row(string answer)
    {
        _tree.Write("/answer", answer.Replace("GOOD", Good, StringComparison.Ordinal));
        _tree.AddVm(100, "confirmed-4m");

        ShouldBeRow("its answer is no list of health records; run on it: lamboot-pve-monitor");
    }

    [Fact]
    public void Bytes_that_are_no_text_are_a_row()
    {
        File.WriteAllBytes(
            _tree.Path("/answer"),
            [.. "["u8, .. Encoding.UTF8.GetBytes(Good.Replace("\"db\"", "\"\u00ff\"", StringComparison.Ordinal))[..^1], .. ",\"x\":\""u8, 0xff, .. "\"}]"u8]
        );
        ShouldBeRow("its answer is no list of health records; run on it: lamboot-pve-monitor");
    }

    [Theory]
    [InlineData("yes '[' | head -c 100000", "its answer is no list of health records; run on it: lamboot-pve-monitor")]
    [InlineData("yes | head -c 20000000", "its answer is longer than 16 MiB, which is not read")]
    [InlineData("printf '\\033[2Jgone\\n' >&2; exit 1", @"\u{1b}[2Jgone; run on it: lamboot-pve-monitor")]
    [InlineData("exit 3", "lamboot-pve-monitor exited with 3; run on it: lamboot-pve-monitor")]
    [InlineData("echo 'root@10.0.0.2: Permission denied (publickey).' >&2; exit 255", "it refuses our key; run on it: pvecm updatecerts")]
    public void What_fails_is_a_row(string ssh, string why)
    {
        Ssh(ssh);
        ShouldBeRow(why);
    }

    [Fact]
    public void Nothing_that_a_node_says_acts_on_the_terminal()
    {
        const string Esc = "\\u001b[2J\\n\\u202e";
        string[] fields = ["name", "role", "fleet_id", "state", "reason", "last_entry", "timestamp", "version", "qmp_status", "warning", "uuid", "node"];
        string record = string.Join(',', fields.Select(field => $"\"{field}\":\"{Esc}{field}\""));
        _tree.Write(
            "/answer",
            $"[{{{record},\"observed_at\":\"2026-01-01T00:00:00Z\",\"phase\":\"{Esc}\",\"vmid\":200,\"status\":\"critical\",\"quiet\":\"{Esc}\",\"since\":\"{Esc}\"}}]"
        );
        string page = _tree.Path("/page.html");

        foreach (string[] how in (string[][])[["--wide"], ["--nagios"], ["--json"], ["--html", page]])
        {
            string output = _tree.Monitor(["--cluster", "--all", .. how]).Output;
            output.Count(c => c is '\u001b' or '\u202e').ShouldBe(0);
            output.Split('\n').Length.ShouldBeLessThan(60);
        }

        File.ReadAllText(page).Count(c => c is '\u001b' or '\u202e').ShouldBe(0);
        _tree.Monitor("--cluster", "--wide").Output.ShouldContain(@"\u{1b}[2J\u{a}\u{202e}name");
    }

    [Fact]
    public void A_VM_that_two_nodes_tell_of_is_the_ones_that_has_it()
    {
        Members(
            "\"pve2\": {\"id\": 2, \"online\": 1, \"ip\": \"10.0.0.2\"}, \"pve3\": {\"id\": 3, \"online\": 1, \"ip\": \"fd00::3\"}"
        );
        _tree.Write("/etc/pve/nodes/pve3/qemu-server/200.conf", "bios: ovmf\n");
        _tree.Write("/answer", $"[{Good.Replace("\"node\":\"pve2\",", "\"node\":\"/\",", StringComparison.Ordinal)}]");

        _tree.Monitor("--cluster").Output.ShouldContain("200   db    pve3");
        _tree.Monitor("--cluster", "201").ShouldSatisfyAllConditions(
            result => result.ExitCode.ShouldBe(1),
            result => result.Error.ShouldBe("lamboot-pve-monitor: there is no VM 201 on the nodes that answered\n"),
            result => result.Output.ShouldContain("unreadable: there is no such VM on the nodes that answered")
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
        _tree.Write("/etc/pve/.members", members);

        ProgramResult result = _tree.Monitor("--cluster", "--json");

        result.ShouldBe(
            new(
                1,
                "null\n",
                $"lamboot-pve-monitor: {_tree.Path("/etc/pve/.members")} is no list of the cluster's nodes; is pve-cluster running?\n"
            )
        );
        File.Exists(_tree.Path("/calls")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("-oProxyCommand=x")]
    [InlineData("10.0.0.2 -oX")]
    [InlineData("fe80::1%eth0")]
    public void What_is_no_address_is_never_an_argument(string ip)
    {
        Members($"\"pve2\": {{\"id\": 2, \"online\": 1, \"ip\": \"{ip}\"}}");

        ShouldBeRow("the cluster does not know its address; see 'pvecm status'");
        File.Exists(_tree.Path("/calls")).ShouldBeFalse();
    }

    /// <summary>A node without a cluster has a list without nodes.</summary>
    [Fact]
    public void A_node_alone_is_a_cluster_of_one()
    {
        _tree.AddVm(100, "confirmed-4m");
        _tree.Write("/etc/pve/.members", "{\n\"nodename\": \"pve1\",\n\"version\": 3\n}\n");

        _tree.Monitor("--cluster").Output.ShouldEndWith("1 VM on 1 node: 0 critical, 0 warning, 0 unknown, 1 healthy\n");
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
        _tree.Monitor(["--cluster", .. arguments]).ExitCode.ShouldBe(2);
        File.Exists(_tree.Path("/calls")).ShouldBeFalse();
    }

    /// <summary>Of the VMs of a node that says nothing it is not known whether they are gone.</summary>
    [Fact]
    public void A_watch_says_that_a_node_is_silent_and_that_it_is_back()
    {
        Ssh(
            "echo x >>\"$LAMBOOT_ROOT/calls\"; [ \"$(wc -l <\"$LAMBOOT_ROOT/calls\")\" = 2 ] && exit 255; cat \"$LAMBOOT_ROOT/answer\""
        );

        ProgramResult result = ProgramResult.Shell(
            "export LAMBOOT_ROOT=\"$1\"; \"$2\" --cluster --watch --interval 1 & "
                + "while [ \"$(cat \"$1/calls\" 2>/dev/null | wc -l)\" -lt 4 ]; do sleep 0.1; done; kill $!; wait $!",
            _tree.Root,
            Repository.File("out", "bin", "lamboot-pve-monitor")
        );

        result.Error.ShouldBe("");
        Golden.HideNow(result.Output)
            .ShouldBe(
                "2026-01-01T00:00:00Z VM 200 (db) on pve2: healthy: the guest confirmed its boot (no LamBootState, no crash count, entry -, no time)\n"
                    + "NOW all VMs on pve2: unknown: ssh failed; try: ssh root@10.0.0.2\n"
                    + "NOW all VMs on pve2: unknown -> healthy: the node answers again\n"
            );
    }

    public void Dispose() => _tree.Dispose();

    private void Members(string others) =>
        _tree.Write(
            "/etc/pve/.members",
            $$"""{"nodename":"pve1","version":7,"cluster":{"name":"prod"},"nodelist":{"pve1":{"id":1,"online":1},{{others}} } }"""
        );

    private void Ssh(string script)
    {
        _tree.Write("/usr/bin/ssh", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(_tree.Path("/usr/bin/ssh"), (UnixFileMode)0b111_101_101);
    }

    private void ShouldBeRow(string why)
    {
        ProgramResult result = _tree.Monitor("--cluster", "--json", "--exit-code");
        result.Error.ShouldBe("");
        result.ExitCode.ShouldBe(3);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement row = json.RootElement[0];
        row.GetProperty("vmid").ValueKind.ShouldBe(JsonValueKind.Null);
        row.GetProperty("node").GetString().ShouldBe("pve2");
        row.GetProperty("reason").GetString().ShouldBe(why);
    }
}
