using System.Text;
using System.Text.Json;
using LamBoot.Fleet.Nodes;
using LamBoot.Monitor.Output;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Tests.Nodes;

/// <summary>Another node's answer: a broken one becomes a row, a hostile one is merely text.</summary>
public sealed class AnswerTests : IDisposable
{
    private readonly StubNode _node = new();

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
        _node.Tree.Write("/answer", answer.Replace("GOOD", StubNode.Good, StringComparison.Ordinal));
        _node.Tree.AddVm(100, "confirmed-4m");

        _node.ShouldBeSilent("its answer is not a list of health records; run on it: lamboot-pve-monitor");
    }

    [Fact]
    public void Bytes_that_are_no_text_are_a_row()
    {
        File.WriteAllBytes(
            _node.Tree.Path("/answer"),
            [
                .. "["u8,
                .. Encoding.UTF8.GetBytes(StubNode.Good.Replace("\"db\"", "\"\u00ff\"", StringComparison.Ordinal))[
                    ..^1
                ],
                .. ",\"x\":\""u8,
                0xff,
                .. "\"}]"u8,
            ]
        );
        _node.ShouldBeSilent("its answer is not a list of health records; run on it: lamboot-pve-monitor");
    }

    [Theory]
    [InlineData(
        "yes '[' | head -c 100000",
        "its answer is not a list of health records; run on it: lamboot-pve-monitor"
    )]
    [InlineData("yes | head -c 20000000", "its answer is longer than 16 MiB, the limit")]
    [InlineData("printf '\\033[2Jgone\\n' >&2; exit 1", @"\u{1b}[2Jgone; run on it: lamboot-pve-monitor")]
    [InlineData("exit 3", "lamboot-pve-monitor exited with 3; run on it: lamboot-pve-monitor")]
    [InlineData(
        "echo 'root@10.0.0.2: Permission denied (publickey).' >&2; exit 255",
        "it refuses our key; run on it: pvecm updatecerts"
    )]
    public void What_fails_is_a_row(string ssh, string why)
    {
        _node.Ssh(ssh);
        _node.ShouldBeSilent(why);
    }

    [Fact]
    public void Nothing_that_a_node_says_acts_on_the_terminal()
    {
        const string Esc = "\\u001b[2J\\n\\u202e";
        string[] fields =
        [
            "name",
            "role",
            "fleet_id",
            "state",
            "reason",
            "last_entry",
            "timestamp",
            "version",
            "qmp_status",
            "warning",
            "uuid",
            "node",
        ];
        string record = string.Join(',', fields.Select(field => $"\"{field}\":\"{Esc}{field}\""));
        _node.Tree.Write(
            "/answer",
            $"[{{{record},\"observed_at\":\"2026-01-01T00:00:00Z\",\"phase\":\"{Esc}\",\"vmid\":200,\"status\":\"critical\",\"quiet\":\"{Esc}\",\"since\":\"{Esc}\"}}]"
        );
        string page = _node.Tree.Path("/page.html");

        foreach (
            string[] how in (string[][])
                [
                    ["--wide"],
                    ["--nagios"],
                    ["--json"],
                    ["--html", page],
                ]
        )
        {
            string output = _node.Run(["--all", .. how]).Output;
            output.Count(c => c is '\u001b' or '\u202e').ShouldBe(0);
            output.Split('\n').Length.ShouldBeLessThan(60);
        }

        File.ReadAllText(page).Count(c => c is '\u001b' or '\u202e').ShouldBe(0);
        _node.Run("--wide").Output.ShouldContain(@"\u{1b}[2J\u{a}\u{202e}name");
    }

    /// <summary>Two nodes report one VM: the one that has it counts, whatever name the other gives itself.</summary>
    [Fact]
    public void A_node_that_names_itself_another_has_no_say_in_its_VMs()
    {
        _node.Tree.AddVm(100, "panic-255");
        string forged = StubNode
            .Good.Replace("\"vmid\":200", "\"vmid\":100", StringComparison.Ordinal)
            .Replace("pve2", "pve1", StringComparison.Ordinal)
            .Replace("2026-01-01", "2099-01-01", StringComparison.Ordinal);
        _node.Tree.Write("/answer", $"[{forged}]");

        using JsonDocument json = JsonDocument.Parse(_node.Run("--json").Output);

        json.RootElement.GetArrayLength().ShouldBe(1);
        json.RootElement[0].GetProperty("status").GetString().ShouldBe("critical");
    }

    /// <summary>However many boots a VM has, and whatever its guest wrote, a node's answer stays within its limits.</summary>
    [Fact]
    public void Boots_are_the_newest_that_there_is_room_for()
    {
        _node.Tree.AddVm(100, "confirmed-4m");
        _node.Tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        string line = File.ReadAllText(_node.Tree.Log);
        string Boot(int count, string entry) =>
            line.Replace("\"crash_count\":0", $"\"crash_count\":{count}", StringComparison.Ordinal)
                .Replace("arch-linux", entry, StringComparison.Ordinal);
        File.WriteAllText(_node.Tree.Log, string.Concat(Enumerable.Range(0, 100).Select(count => Boot(count, "a"))));

        Boots().ShouldBe(Enumerable.Range(60, 40));

        File.AppendAllText(
            _node.Tree.Log,
            string.Concat(Enumerable.Range(0, 9).Select(count => Boot(count, new('b', 9000))))
        );

        Boots().ShouldBe([6, 7, 8]);
    }

    public void Dispose() => _node.Dispose();

    private IEnumerable<int> Boots()
    {
        byte[] json = Encoding.UTF8.GetBytes(_node.Tree.Monitor("--json", "--boots").Output);
        VmHealth vm = SurveyJson.Read(RemoteRecord.ParseList(json, "pve9").ShouldNotBeNull().ShouldHaveSingleItem());
        vm.IsAttached.ShouldBeFalse();
        return vm.Boots.Select(boot => boot.CrashCount ?? -1);
    }
}
