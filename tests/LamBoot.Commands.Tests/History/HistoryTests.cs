using System.Text.Json;

namespace LamBoot.Commands.Tests.History;

/// <summary><c>history</c>: which records it shows.</summary>
public sealed class HistoryTests
{
    [Fact]
    public void History_shows_a_VMs_records()
    {
        using HostTree tree = Trees.History();

        ProgramResult result = tree.Hook(["history", "100"]);

        result.Output.ShouldBeGolden(tree);
        result.Error.ShouldBe($"lamboot-hook: {tree.Log}:4: not a health record, skipped\n");
    }

    [Fact]
    public void History_shows_the_newest_as_JSON()
    {
        using HostTree tree = Trees.History();

        ProgramResult result = tree.Hook(["history", "100", "--json", "--last", "1"]);

        using JsonDocument json = JsonDocument.Parse(result.Output);
        json.RootElement.EnumerateArray().ShouldHaveSingleItem().GetProperty("state").GetString().ShouldBe("CrashLoop");
    }

    /// <summary>Upstream's tools and scripts write JSON as Python does.</summary>
    [Theory]
    [InlineData("\"vmid\": 100,")]
    [InlineData("\"vmid\" :\t100 ,")]
    public void Blanks_in_a_record_do_not_hide_it(string vmid)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        string line = File.ReadAllText(tree.Log).Replace("\"vmid\":100,", vmid, StringComparison.Ordinal);
        File.WriteAllText(tree.Log, line);

        tree.Hook(["history", "100"]).Output.ShouldContain("BootedOK");
        tree.Hook(["history", "100", "--last", "1"]).Output.ShouldContain("BootedOK");
        tree.Hook(["history", "10"]).ExitCode.ShouldBe(2);
        tree.Hook(["history", "1000"]).Output.ShouldBe("VM 1000: no health records\n");
    }

    /// <summary>All records are written while they are read, not kept: 400 MB would not hold them.</summary>
    [Fact]
    public void A_big_log_needs_little_memory()
    {
        const int Records = 250_000;
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        string line = File.ReadAllText(tree.Log);
        File.WriteAllText(tree.Log, string.Concat(Enumerable.Repeat(line, Records)));

        ProgramResult result = ProgramResult.Shell(
            "ulimit -d 300000; LAMBOOT_ROOT=$1 \"$2\" history 100 --json | tee /dev/stderr 2>\"$3\" | grep -c BootedOK",
            tree.Root,
            Repository.File("out", "bin", "lamboot-hook"),
            tree.Path("/all.json")
        );

        result.ShouldBe(new(0, $"{Records}\n", ""));
        using FileStream json = File.OpenRead(tree.Path("/all.json"));
        using JsonDocument document = JsonDocument.Parse(json);
        document.RootElement.GetArrayLength().ShouldBe(Records);
    }

    /// <summary>logrotate's files count, oldest first, whatever their naming scheme; other files do not.</summary>
    [Theory]
    [InlineData(0, "0 1 2 3 4")]
    [InlineData(1, "4")]
    [InlineData(2, "3 4")]
    [InlineData(4, "1 2 3 4")]
    public void History_reads_the_rotated_logs_too(int last, string counts)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        string line = File.ReadAllText(tree.Log);
        string Record(int count) =>
            line.Replace("\"crash_count\":0", $"\"crash_count\":{count}", StringComparison.Ordinal);
        tree.Write("/var/log/lamboot/fleet.jsonl-20240101", Record(0));
        tree.Write("/var/log/lamboot/fleet.jsonl.10", Record(1));
        tree.Write("/var/log/lamboot/fleet.jsonl.9", Record(2));
        tree.Write("/var/log/lamboot/fleet.jsonl.1", Record(3));
        tree.Write("/var/log/lamboot/fleet.jsonl", Record(4));
        tree.Write("/var/log/lamboot/fleet.jsonl.old", Record(9));
        ProgramResult.Shell("gzip \"$1.10\" \"$1\"-2*", tree.Log).ExitCode.ShouldBe(0);

        ProgramResult result = tree.Hook([
            "history",
            "100",
            "--json",
            .. last == 0 ? [] : (string[])["--last", $"{last}"],
        ]);

        result.Error.ShouldBe("");
        using JsonDocument json = JsonDocument.Parse(result.Output);
        string.Join(
                ' ',
                json.RootElement.EnumerateArray().Select(record => record.GetProperty("crash_count").GetInt32())
            )
            .ShouldBe(counts);
    }

    /// <summary>The newest records are found from the end of the log, among many of other VMs.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    public void History_finds_the_newest_in_a_long_log(int last)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "post-stop");
        string line = File.ReadAllText(tree.Log);
        const int Count = 30_000;
        File.WriteAllText(
            tree.Log,
            string.Concat(
                Enumerable
                    .Range(0, Count)
                    .Select(n =>
                        line.Replace("\"vmid\":100", $"\"vmid\":{100 + (n % 3000)}", StringComparison.Ordinal)
                            .Replace("\"crash_count\":0", $"\"crash_count\":{n / 3000}", StringComparison.Ordinal)
                    )
            )
        );

        using JsonDocument json = JsonDocument.Parse(
            tree.Hook(["history", "100", "--json", "--last", $"{last}"]).Output
        );

        json.RootElement.EnumerateArray()
            .Select(record => record.GetProperty("crash_count").GetInt32())
            .ShouldBe(Enumerable.Range(0, 10).TakeLast(last));
    }

    /// <summary>Two VMs that successively had the same VMID are told apart by their UUIDs.</summary>
    [Fact]
    public void History_tells_a_VM_from_one_that_had_its_VMID_before()
    {
        const string Old = "11111111-2222-3333-4444-555555555555";
        const string New = "AAAAAAAA-2222-3333-4444-555555555555";
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m", $"smbios1: manufacturer=eA==,uuid={Old},base64=1\n");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        tree.Hook(["history", "100"]).Output.ShouldStartWith("OBSERVED");
        tree.AddVm(100, "crash-255", $"smbios1: uuid={New}\n");

        string before = tree.Hook(["history", "100"]).Output;
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        string after = tree.Hook(["history", "100"]).Output;

        before.ShouldStartWith($"earlier VM with VMID 100 (uuid {Old}):\nOBSERVED");
        after.ShouldStartWith(before);
        after.ShouldContain($"VM 100 (uuid {New.ToLowerInvariant()}):\nOBSERVED");
        File.ReadAllLines(tree.Log)[1].ShouldContain($"\"uuid\":\"{New.ToLowerInvariant()}\"");
    }

    [Fact]
    public void History_of_none_is_told()
    {
        using HostTree tree = new();

        tree.Hook(["history", "100"]).ShouldBe(new(0, "VM 100: no health records\n", ""));
        tree.Hook(["history", "100", "--json"]).ShouldBe(new(0, "[]\n", ""));
    }

    /// <summary>A line that is longer than any record is skipped, from whichever end it is encountered; its neighbors count.</summary>
    [Theory]
    [InlineData(65_000)] // in one block with others
    [InlineData(3 << 20)] // across several blocks
    public void History_leaves_out_a_line_that_is_too_long(int padding)
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        string line = File.ReadAllText(tree.Log);
        string padded = line.Replace("vm100", new string('x', padding + 1000), StringComparison.Ordinal);
        File.WriteAllText(tree.Log, line + padded + line);

        ProgramResult all = tree.Hook(["history", "100", "--json"]);
        ProgramResult last = tree.Hook(["history", "100", "--json", "--last", "3"]);

        last.Output.ShouldBe(all.Output);
        all.Error.ShouldBe($"lamboot-hook: {tree.Log}:2: not a health record, skipped\n");
        using JsonDocument json = JsonDocument.Parse(all.Output);
        json.RootElement.GetArrayLength().ShouldBe(2);
        bool isInTail = padding < 1 << 20;
        tree.Hook(["check"])
            .Output.Contains("log-malformed: /var/log/lamboot/fleet.jsonl: 1 of the last lines is not a record")
            .ShouldBe(isInTail);
    }
}
