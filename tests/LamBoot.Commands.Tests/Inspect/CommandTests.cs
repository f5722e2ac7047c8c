using System.Diagnostics;
using System.Text.Json;

namespace LamBoot.Commands.Tests.Inspect;

/// <summary>inspect, history, help, and usage errors.</summary>
public sealed class CommandTests
{
    [Fact]
    public void Help() => Run("--help").Output.ShouldBeGolden();

    [Fact]
    public void Help_of_inspect() => Run("inspect", "--help").Output.ShouldBeGolden();

    [Fact]
    public void Help_of_history() => Run("history", "--help").Output.ShouldBeGolden();

    [Fact]
    public void Version() => Run("--version").ShouldBe(new(0, "lamboot-hook 0.1.0\n", ""));

    [Theory]
    [InlineData("expected a command, or VMID and PHASE")]
    [InlineData("unknown command 'foo'", "foo")]
    [InlineData("unknown command 'foo'", "foo", "bar")]
    [InlineData("missing phase after VMID 100; did you mean 'lamboot-hook inspect 100'?", "100")]
    [InlineData("--last: expected a number of 1 or more", "history", "100", "--last", "x")]
    [InlineData("--last: expected a number of 1 or more", "history", "100", "--last", "99999999999")]
    [InlineData("expected a VMID, or --vars FILE", "inspect")]
    [InlineData("expected a VMID, or --vars FILE", "inspect", "100", "--vars", "x")]
    [InlineData("'99' is no VMID: expected 100 to 999999999", "inspect", "99")]
    [InlineData("'x' is no VMID: expected 100 to 999999999", "history", "x")]
    [InlineData("--last: expected a number of 1 or more", "history", "100", "--last", "0")]
    [InlineData("Unrecognized command or argument '--frob'", "inspect", "100", "--frob")]
    public void A_usage_error_is_one_line_and_2(string message, params string[] arguments) =>
        Run(arguments).ShouldBe(new(2, "", $"lamboot-hook: {message}; see 'lamboot-hook --help'\n"));

    [Fact]
    public void Inspect_of_a_healthy_VM()
    {
        using HostTree tree = Healthy();

        tree.Hook(["inspect", "100"]).Output.ShouldBeGolden(tree);
    }

    [Fact]
    public void Inspect_as_JSON()
    {
        using HostTree tree = Healthy();

        ProgramResult result = tree.Hook(["inspect", "100", "--json"]);

        result.Error.ShouldBe("");
        result.Output.ShouldBeGolden(tree);
    }

    [Fact]
    public void Inspect_of_a_clone_in_trouble()
    {
        using HostTree tree = new();
        tree.Write("/var/lib/lamboot/900.json", "{}");
        tree.AddVm(101, "entryraw-long200", $"args: {HostTree.Args}900.json\n");

        tree.Hook(["inspect", "101"]).Output.ShouldBeGolden(tree);
    }

    [Theory]
    [InlineData("args: -x 'y\n", "args has a quote that is not closed: Proxmox VE drops all of it")]
    [InlineData(
        $"args: {HostTree.Args}100.json\n",
        "QEMU will not start: args names a file that is not there (/var/lib/lamboot/100.json)"
    )]
    [InlineData(
        $"args: {HostTree.Args}1.json {HostTree.Args}2.json\n",
        "QEMU will not start: args names two documents (/var/lib/lamboot/1.json, /var/lib/lamboot/2.json)"
    )]
    [InlineData("", "is given no document")]
    public void Inspect_tells_what_the_next_boot_is_given(string args, string told)
    {
        using HostTree tree = new();
        tree.AddVm(100, more: args);

        tree.Hook(["inspect", "100"]).Output.ShouldContain($"  next boot   {told}\n");
    }

    [Fact]
    public void Inspect_tells_what_the_running_QEMU_was_given()
    {
        using HostTree tree = Healthy();
        string[] arguments = ["-id", "100", "-fw_cfg", "name=opt/lamboot/config,file=/var/lib/lamboot/900.json"];
        using Process qemu = Process.Start("/bin/sh", ["-c", "sleep 60; :", "kvm", .. arguments]);
        try
        {
            tree.Write("/run/qemu-server/100.pid", $"{qemu.Id}\n");

            ProgramResult result = tree.Hook(["inspect", "100"]);

            result.Output.ShouldStartWith("VM 100 (vm100) on pve1, running\n");
            result.Output.ShouldContain("  this boot   is given another document (/var/lib/lamboot/900.json)\n");
        }
        finally
        {
            qemu.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void A_running_VMs_image_is_read_again_when_it_is_caught_in_mid_update()
    {
        using HostTree tree = Healthy();
        byte[] image = File.ReadAllBytes(tree.ImagePath(100));
        byte[] erased = (byte[])image.Clone();
        erased.AsSpan(0, 0x1000).Fill(0xff);
        using Process qemu = tree.RunQemu(100);
        try
        {
            File.WriteAllBytes(tree.ImagePath(100), erased);
            tree.Hook(["inspect", "100"]).Output.ShouldContain("health      unknown: erased: ");
            using Timer firmware = new(_ => File.WriteAllBytes(tree.ImagePath(100), image), null, 50, Timeout.Infinite);

            tree.Hook(["inspect", "100"]).Output.ShouldContain("health      healthy: ");
        }
        finally
        {
            qemu.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void A_pid_that_passed_on_to_another_process_is_no_VM()
    {
        using HostTree tree = Healthy();
        tree.Write("/run/qemu-server/100.pid", $"{Environment.ProcessId}\n");

        tree.Hook(["inspect", "100"]).Output.ShouldStartWith("VM 100 (vm100) on pve1, stopped\n");
    }

    [Fact]
    public void Inspect_of_an_image_alone()
    {
        using HostTree tree = new();
        CorpusImage.Get("entry-ctl").WriteTo(tree.Path("/image.fd"));

        tree.Hook(["inspect", "--vars", tree.Path("/image.fd")]).Output.ShouldBeGolden(tree);
    }

    [Fact]
    public void Inspect_of_an_image_alone_as_JSON()
    {
        using HostTree tree = new();
        CorpusImage.Get("qcow2-snap").WriteTo(tree.Path("/image.qcow2"));

        tree.Hook(["inspect", "--vars", tree.Path("/image.qcow2"), "--json"]).Output.ShouldBeGolden(tree);
    }

    [Fact]
    public void Inspect_lists_the_live_variables()
    {
        using HostTree tree = new();
        CorpusImage.Get("template-2m-ms").WriteTo(tree.Path("/image.fd"));

        tree.Hook(["inspect", "--vars", tree.Path("/image.fd"), "--all"]).Output.ShouldBeGolden(tree);
    }

    [Fact]
    public void Inspect_lists_every_entry_with_offset_and_state()
    {
        using HostTree tree = new();
        CorpusImage.Get("cut-2m-09").WriteTo(tree.Path("/image.fd"));

        tree.Hook(["inspect", "--vars", tree.Path("/image.fd"), "--raw"]).Output.ShouldBeGolden(tree);
    }

    [Fact]
    public void Inspect_lists_variables_as_JSON()
    {
        using HostTree tree = new();
        CorpusImage.Get("template-2m-ms").WriteTo(tree.Path("/image.fd"));

        using JsonDocument json = JsonDocument.Parse(
            tree.Hook(["inspect", "--vars", tree.Path("/image.fd"), "--all", "--raw", "--json"]).Output
        );

        json.RootElement.GetProperty("variables").GetArrayLength().ShouldBe(31);
        json.RootElement.GetProperty("entries").GetArrayLength().ShouldBe(57);
        JsonElement pk = json
            .RootElement.GetProperty("variables")
            .EnumerateArray()
            .Single(variable => variable.GetProperty("name").GetString() == "PK");
        pk.GetProperty("vendor_name").GetString().ShouldBe("gEfiGlobalVariableGuid");
        pk.GetProperty("signatures")[0]
            .GetProperty("subject")
            .GetString()
            .ShouldBe("Debian UEFI Secure Boot (PK/KEK key)");
        pk.GetProperty("data").GetString()!.Length.ShouldBe(2 * pk.GetProperty("size").GetInt32());
    }

    [Fact]
    public void Inspect_lists_no_name_or_value_of_a_guest_raw()
    {
        using HostTree tree = new();
        byte[] image = CorpusImage.Get("entry-ctl").ReadBytes();
        byte[] name = System.Text.Encoding.Unicode.GetBytes("LamBootVersion");
        int at = image.AsSpan().IndexOf(name);
        System.Text.Encoding.Unicode.GetBytes("\u001b[31m\u202e\n\u0007\ud800".PadRight(14)).CopyTo(image, at);
        File.WriteAllBytes(tree.Path("/image.fd"), image);

        ProgramResult text = tree.Hook(["inspect", "--vars", tree.Path("/image.fd"), "--all", "--raw"]);
        ProgramResult json = tree.Hook(["inspect", "--vars", tree.Path("/image.fd"), "--all", "--raw", "--json"]);

        text.Output.ShouldContain(@"\u{1b}[31m\u{202e}\u{a}\u{7}");
        json.Output.ShouldContain(@"\u001B[31m\u202E\n\u0007");
        (text.Output + json.Output).ShouldAllBe(c => c == '\n' || !(char.IsControl(c) || c == '\u202e'));
    }

    [Theory]
    [InlineData("--all", "variables")]
    [InlineData("--raw", "entries")]
    public void Inspect_lists_none_of_an_image_that_is_none(string option, string list)
    {
        using HostTree tree = new();
        tree.Write("/image.fd", "x");
        foreach (string path in new[] { "/image.fd", "/nowhere.fd" })
        {
            ProgramResult result = tree.Hook(["inspect", "--vars", tree.Path(path), option, "--json"]);

            result.ExitCode.ShouldBe(path == "/image.fd" ? 0 : 1);
            using JsonDocument json = JsonDocument.Parse(result.Output);
            json.RootElement.GetProperty(list).GetArrayLength().ShouldBe(0);
        }
    }

    [Fact]
    public void Inspect_of_an_image_that_is_not_there_says_so_as_JSON_too()
    {
        ProgramResult result = Run("inspect", "--vars", "/nowhere.fd", "--json");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldBe("lamboot-hook: unreadable: cannot open /nowhere.fd: No such file or directory\n");
        using JsonDocument json = JsonDocument.Parse(result.Output);
        (json.RootElement.GetProperty("health").GetProperty("error").GetString()).ShouldBe(
            "unreadable: cannot open /nowhere.fd: No such file or directory"
        );
    }

    [Fact]
    public void Inspect_of_no_VM_is_one_line_and_1()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/lxc/200.conf", "arch: amd64\n");

        tree.Hook(["inspect", "100"])
            .ShouldBe(
                new(
                    1,
                    "",
                    "lamboot-hook: there is no VM 100 on this node (/etc/pve/qemu-server/100.conf); qm list shows those that are\n"
                )
            );
        tree.Hook(["inspect", "200"])
            .ShouldBe(new(1, "", "lamboot-hook: 200 is a container: it has no UEFI firmware\n"));
    }

    [Fact]
    public void Inspect_of_no_VM_is_one_JSON_value_too()
    {
        using HostTree tree = new();

        ProgramResult result = tree.Hook(["inspect", "100", "--json"]);

        result.ExitCode.ShouldBe(1);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        json.RootElement.GetProperty("health").GetProperty("status").GetString().ShouldBe("unknown");
    }

    [Fact]
    public void History_of_a_log_that_cannot_be_read_is_one_line_and_1()
    {
        using HostTree tree = new();
        Directory.CreateDirectory(tree.Log);

        ProgramResult result = tree.Hook(["history", "100"]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldBe($"lamboot-hook: {tree.Log} is not a regular file; move it away, and a new one is made\n");
    }

    [Fact]
    public void Inspect_changes_nothing()
    {
        using HostTree tree = Healthy();
        Dictionary<string, string> before = tree.Snapshot();

        tree.Hook(["inspect", "100"]);
        tree.Hook(["inspect", "100", "--json"]);

        tree.Snapshot().ShouldBe(before);
    }

    [Fact]
    public void History_shows_a_VMs_records()
    {
        using HostTree tree = History();

        ProgramResult result = tree.Hook(["history", "100"]);

        result.Output.ShouldBeGolden(tree);
        result.Error.ShouldBe($"lamboot-hook: {tree.Log}:4: no health record, skipped\n");
    }

    [Fact]
    public void History_shows_the_newest_as_JSON()
    {
        using HostTree tree = History();

        ProgramResult result = tree.Hook(["history", "100", "--json", "--last", "1"]);

        using JsonDocument json = JsonDocument.Parse(result.Output);
        json.RootElement.EnumerateArray().ShouldHaveSingleItem().GetProperty("state").GetString().ShouldBe("CrashLoop");
    }

    /// <summary>logrotate's files count, the oldest first, whatever they are called; what is in none of these forms does not.</summary>
    [Theory]
    [InlineData(0, "0 1 2 3 4")]
    [InlineData(1, "4")]
    [InlineData(2, "3 4")]
    [InlineData(4, "1 2 3 4")]
    public void History_reads_the_rotated_logs_too(int last, string counts)
    {
        using HostTree tree = new();
        tree.AddVm(100, "single-00-4m-ok");
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

    [Fact]
    public void A_rotated_log_that_cannot_be_read_is_said_and_the_others_are_shown()
    {
        using HostTree tree = new();
        tree.AddVm(100, "single-00-4m-ok");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        tree.Write("/var/log/lamboot/fleet.jsonl.1.gz", "no gzip");

        ProgramResult result = tree.Hook(["history", "100"]);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldContain("BootedOK");
        result.Error.ShouldStartWith($"lamboot-hook: cannot read {tree.Log}.1.gz: ");
        result.Error.Count(c => c == '\n').ShouldBe(1);
    }

    /// <summary>Nothing in the log's place makes reading it hang, or cost more than its bytes.</summary>
    [Theory]
    [InlineData("mkfifo \"$1\"", 1, "is not a regular file")]
    [InlineData("ln -s /etc/hostname \"$1\"", 1, "is a symbolic link, which is not followed")]
    [InlineData("echo >\"$1\"; chmod 0666 \"$1\"", 1, "can be written by others than its owner: chmod go-w ")]
    [InlineData("echo >\"$1\"; chown 65534 \"$1\"", 1, "belongs to user 65534, not to root: chown root ")]
    [InlineData("echo >\"$1\"; chmod 0777 \"${1%/*}\"", 1, "can be written by others than its owner: chmod go-w ")]
    [InlineData("truncate -s 300M \"$1\"", 0, ":1: no health record, skipped")]
    [InlineData("tr '\\0' x </dev/zero | head -c 100M >\"$1\"", 0, ":1: no health record, skipped")]
    public void History_takes_nothing_else_for_a_log(string script, int exitCode, string told)
    {
        using HostTree tree = new();
        Directory.CreateDirectory(Path.GetDirectoryName(tree.Log)!);
        ProgramResult.Shell(script, tree.Log).ExitCode.ShouldBe(0);
        string hook = Repository.File("out", "bin", "lamboot-hook");
        (string, string)[] environment = [("LAMBOOT_ROOT", tree.Root)];

        // 5 s of CPU; 400 MB that are touched, of which the program has 30 of its own.
        const string Limits = "ulimit -t 5; ulimit -d 400000; exec \"$0\" \"$@\"";
        ProgramResult all = ProgramResult.Run("/bin/sh", ["-c", Limits, hook, "history", "100"], environment);
        ProgramResult last = ProgramResult.Run(
            "/bin/sh",
            ["-c", Limits, hook, "history", "100", "--last", "5"],
            environment
        );

        all.ExitCode.ShouldBe(exitCode, all.Error);
        all.Error.ShouldContain(told);
        all.Error.Count(c => c == '\n').ShouldBe(1);
        last.ExitCode.ShouldBe(exitCode, last.Error);
    }

    /// <summary>A line that is longer than any record is none, from whichever end it is met; those beside it count.</summary>
    [Theory]
    [InlineData(65_000)] // in one block with others
    [InlineData(3 << 20)] // over several blocks
    public void History_leaves_out_a_line_that_is_too_long(int padding)
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100, "single-00-4m-ok");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        string line = File.ReadAllText(tree.Log);
        string padded = line.Replace("vm100", new string('x', padding + 1000), StringComparison.Ordinal);
        File.WriteAllText(tree.Log, line + padded + line);

        ProgramResult all = tree.Hook(["history", "100", "--json"]);
        ProgramResult last = tree.Hook(["history", "100", "--json", "--last", "3"]);

        last.Output.ShouldBe(all.Output);
        all.Error.ShouldBe($"lamboot-hook: {tree.Log}:2: no health record, skipped\n");
        using JsonDocument json = JsonDocument.Parse(all.Output);
        json.RootElement.GetArrayLength().ShouldBe(2);
        bool isInTail = padding < 1 << 20;
        tree.Hook(["check"])
            .Output.Contains("log-malformed: /var/log/lamboot/fleet.jsonl: 1 of the last lines is no record")
            .ShouldBe(isInTail);
    }

    /// <summary>The hook writes no record where it would not read one.</summary>
    [Theory]
    [InlineData("ln -s \"$1.else\" \"$1\"", "is a symbolic link")]
    [InlineData("ln -s . \"$1\"", "is a symbolic link")]
    [InlineData("echo >\"$1.else\"; ln \"$1.else\" \"$1\"", "has another name, a hard link")]
    [InlineData("echo >\"$1\"; chown 65534 \"$1\"", "belongs to user 65534")]
    [InlineData("echo >\"$1\"; chmod 0666 \"$1\"", "can be written by others")]
    [InlineData("mkfifo \"$1\"", "is not a regular file")]
    [InlineData("chmod 0777 \"${1%/*}\"", "can be written by others")]
    [InlineData("mv \"${1%/*}\" \"${1%/*}.d\"; ln -s lamboot.d \"${1%/*}\"", "but a link")]
    public void A_log_that_another_user_could_have_put_there_is_not_written(string script, string told)
    {
        using HostTree tree = new();
        tree.AddVm(100, "single-00-4m-ok");
        Directory.CreateDirectory(Path.GetDirectoryName(tree.Log)!);
        ProgramResult.Shell(script, tree.Log);
        Dictionary<string, string> before = FilesBelow(tree);

        ProgramResult result = tree.Phase(100, "post-stop");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldContain(told);
        result.Error.ShouldContain("VM 100: error: ");
        FilesBelow(tree).ShouldBe(before);
    }

    /// <summary>Two VMs that had one VMID one after the other are told apart by their uuids.</summary>
    [Fact]
    public void History_tells_a_VM_from_one_that_had_its_VMID_before()
    {
        const string Old = "11111111-2222-3333-4444-555555555555";
        const string New = "AAAAAAAA-2222-3333-4444-555555555555";
        using HostTree tree = new();
        tree.AddVm(100, "single-00-4m-ok", $"smbios1: manufacturer=eA==,uuid={Old},base64=1\n");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        tree.Hook(["history", "100"]).Output.ShouldStartWith("OBSERVED");
        tree.AddVm(100, "crash-255", $"smbios1: uuid={New}\n");

        string before = tree.Hook(["history", "100"]).Output;
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        string after = tree.Hook(["history", "100"]).Output;

        before.ShouldStartWith($"of an earlier VM with VMID 100 (uuid {Old}):\nOBSERVED");
        after.ShouldStartWith(before);
        after.ShouldContain($"of VM 100 (uuid {New.ToLowerInvariant()}):\nOBSERVED");
        File.ReadAllLines(tree.Log)[1].ShouldContain($"\"uuid\":\"{New.ToLowerInvariant()}\"");
    }

    [Fact]
    public void A_log_that_may_not_be_read_is_one_plain_line()
    {
        using HostTree tree = History();
        File.SetUnixFileMode(tree.Log, UnixFileMode.UserRead);
        File.SetUnixFileMode(tree.Root, (UnixFileMode)0x1ed);

        ProgramResult result = ProgramResult.Run(
            "setpriv",
            [
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                Repository.File("out", "bin", "lamboot-hook"),
                "history",
                "100",
            ],
            ("LAMBOOT_ROOT", tree.Root)
        );

        result.ShouldBe(
            new(1, "VM 100: no health records\n", $"lamboot-hook: cannot open {tree.Log}: Permission denied\n")
        );
    }

    /// <summary>What was named has to be there: an empty tree looks like a host without VMs, no fleet.toml like no fleet.</summary>
    [Theory]
    [InlineData("there is no folder /nowhere", "check", "--root", "/nowhere")]
    [InlineData("there is no folder /nowhere", "history", "100", "--root=/nowhere")]
    [InlineData("--config: there is no /nowhere.toml", "check", "--config", "/nowhere.toml")]
    [InlineData("--config: there is no /nowhere.toml", "attach", "--all", "--config", "/nowhere.toml")]
    [InlineData("unreadable: cannot open /nowhere.fd", "inspect", "--vars", "/nowhere.fd")]
    public void What_was_named_and_is_not_there_is_an_error(string told, params string[] arguments)
    {
        ProgramResult result = Run(arguments);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBe("");
        result.Error.ShouldStartWith($"lamboot-hook: {told}");
        result.Error.Count(c => c == '\n').ShouldBe(1);
    }

    [Theory]
    [InlineData("--json", ">/dev/full", "lamboot-hook: cannot write to standard output: it is closed or full\n")]
    [InlineData("--json", ">&-", "lamboot-hook: cannot write to standard output: it is closed or full\n")]
    [InlineData("--help", ">/dev/full", "lamboot-hook: No space left on device")]
    public void What_could_not_be_written_is_a_failure(string option, string redirection, string told)
    {
        using HostTree tree = History();

        ProgramResult result = ProgramResult.Shell(
            $"LAMBOOT_ROOT=$1 \"$2\" history 100 {option} --last 1 {redirection}",
            tree.Root,
            Repository.File("out", "bin", "lamboot-hook")
        );

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith(told);
    }

    /// <summary>At a terminal an unknown phase is a typing error; elsewhere it is one that Proxmox VE added.</summary>
    [Fact]
    public void A_phase_that_is_mistyped_is_told()
    {
        using HostTree tree = new();
        string hook = Repository.File("out", "bin", "lamboot-hook");

        ProgramResult typed = ProgramResult.Run(
            "script",
            ["-qec", $"{hook} 100 start", "/dev/null"],
            ("LAMBOOT_ROOT", tree.Root)
        );

        typed.ExitCode.ShouldBe(2);
        typed.Output.ShouldBe(
            "lamboot-hook: unknown phase 'start': expected pre-start, post-start, pre-stop or post-stop; see 'lamboot-hook --help'\r\n"
        );
        tree.Phase(100, "start").ShouldBe(new(0, "", ""));
    }

    [Fact]
    public void History_of_none_is_told()
    {
        using HostTree tree = new();

        tree.Hook(["history", "100"]).ShouldBe(new(0, "VM 100: no health records\n", ""));
        tree.Hook(["history", "100", "--json"]).ShouldBe(new(0, "[]\n", ""));
    }

    private static HostTree Healthy()
    {
        HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.AddVm(100, "reboots-00-4m", "tags: web\n");
        tree.Phase(100, "pre-start").ExitCode.ShouldBe(0);
        return tree;
    }

    private static HostTree History()
    {
        HostTree tree = new();
        foreach (string image in new[] { "single-00-4m-ok", "missing-all", "entry-ctl" })
        {
            tree.AddVm(100, image);
            tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        }

        tree.AddVm(101, "single-00-4m-ok");
        tree.Phase(101, "post-stop").ExitCode.ShouldBe(0);
        string[] lines = File.ReadAllLines(tree.Log);
        File.WriteAllText(tree.Log, string.Join('\n', [.. lines[..3], "{\"schema_version\":1,\"to", lines[3]]));
        tree.AddVm(100, "single-03-4m-loop");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        return tree;
    }

    /// <summary>The tree's regular files, links not followed; not what a start may leave.</summary>
    private static Dictionary<string, string> FilesBelow(HostTree tree) =>
        ProgramResult
            .Shell("find \"$1/var/log\" -type f -exec cksum {} +", tree.Root)
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(line => line);

    private static ProgramResult Run(params string[] arguments)
    {
        using HostTree tree = new();
        return tree.Hook(arguments);
    }

    /// <summary>The newest records are found from the log's end, among many of other VMs.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    public void History_finds_the_newest_in_a_long_log(int last)
    {
        using HostTree tree = new();
        tree.AddVm(100, "single-00-4m-ok");
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

    /// <summary>The hot path reads two options of its own; all forms of them are the commands' forms.</summary>
    [Theory]
    [InlineData("--root", "ROOT", "100", "pre-start")]
    [InlineData("100", "pre-start", "--root=ROOT")]
    [InlineData("--config", "ROOT/other.toml", "--root", "ROOT", "100", "pre-start")]
    [InlineData("100", "--root=ROOT", "--config=ROOT/other.toml", "pre-start")]
    public void A_phase_takes_root_and_config_wherever_they_stand(params string[] arguments)
    {
        using HostTree tree = new();
        tree.AddVm(100);
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.Write("/other.toml", HostTree.FleetToml.Replace("webserver", "other", StringComparison.Ordinal));

        ProgramResult result = ProgramResult.Run(
            Repository.File("out", "bin", "lamboot-hook"),
            [.. arguments.Select(argument => argument.Replace("ROOT", tree.Root, StringComparison.Ordinal))]
        );

        bool isOther = arguments.Any(argument => argument.Contains("other.toml", StringComparison.Ordinal));
        result.Output.ShouldContain($"role '{(isOther ? "other" : "webserver")}'");
    }

    [Fact]
    public void Without_its_commands_the_program_says_what_is_missing_and_phases_run()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        string program = tree.Path("/bin/lamboot-hook");
        Directory.CreateDirectory(tree.Path("/bin"));
        File.Copy(Repository.File("out", "bin", "lamboot-hook"), program);

        ProgramResult inspect = ProgramResult.Run(program, ["inspect", "100"], ("LAMBOOT_ROOT", tree.Root));
        ProgramResult start = ProgramResult.Run(program, ["100", "pre-start"], ("LAMBOOT_ROOT", tree.Root));

        inspect.ShouldBe(
            new(
                1,
                "",
                $"lamboot-hook: cannot run {tree.Root}/libexec/lamboot-hook/lamboot-hook-commands: No such file or directory; "
                    + $"install it beside {tree.Root}/bin/lamboot-hook\n"
            )
        );
        start.Output.ShouldContain("identity /var/lib/lamboot/100.json");
    }
}
