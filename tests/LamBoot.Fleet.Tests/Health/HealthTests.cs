using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Log;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Fleet.Tests.Health;

/// <summary>What a store means, its record, and the log of records.</summary>
public sealed class HealthTests
{
    [Theory]
    [InlineData("confirmed-4m", "healthy")]
    [InlineData("single-02-4m-early", "warning")] // Booting, 0 crashes
    [InlineData("kill-small-00", "warning")] // Booting, 1 crash
    [InlineData("kill-small-08", "warning")] // Booting, 2 crashes, never confirmed
    [InlineData("crash-255", "warning")]
    [InlineData("single-03-4m-loop", "warning")] // CrashLoop
    [InlineData("single-00-4m-ok", "critical")] // BootedOK, timestamp written after it, as the loader does
    [InlineData("cut-2m-09", "critical")] // the same, 2 crashes
    [InlineData("missing-03", "warning")] // Fresh, timestamp written after it
    [InlineData("state-7", "unknown")]
    [InlineData("missing-all", "unknown")]
    [InlineData("foreign-guid-only", "unknown")]
    [InlineData("decoy-record-only", "unknown")]
    public void A_store_has_a_status(string image, string status) => Record(image).Status.Word().ShouldBe(status);

    [Fact]
    public void Of_a_VM_that_was_confirmed_before_the_threshold_decides_what_is_critical()
    {
        Status("kill-small-00", threshold: 1).ShouldBe("critical");
        Status("kill-small-08", threshold: 2).ShouldBe("critical");
        Status("kill-small-08", threshold: 3).ShouldBe("warning");
        Status("single-03-4m-loop", threshold: 3).ShouldBe("critical");

        static string Status(string image, int threshold)
        {
            HealthRecord record = Record(image) with { Run = new() { WasConfirmed = true } };
            return record.Judged(Limits with { CrashThreshold = threshold }, Now).Status.Word();
        }
    }

    [Fact]
    public void An_undefined_state_is_Unknown_with_its_code()
    {
        HealthRecord record = Record("state-7");

        (record.State, record.StateCode).ShouldBe(("Unknown", 7));
    }

    /// <summary>The count and entry of a boot whose state is gone say nothing about how it ended.</summary>
    [Fact]
    public void A_store_without_a_state_is_not_healthy()
    {
        StoreWriter writer = new();
        writer.Add("LamBootState", [2], state: 0x3c);
        writer.Add("LamBootCrashCount", [0]);
        writer.Add("LamBootLastEntry", "a"u8.ToArray());

        HealthRecord record = Read(writer.Image);

        record.Status.Word().ShouldBe("unknown");
        HealthText
            .Line(record)
            .ShouldBe("unknown: the store has no LamBootState (no LamBootState, 0 crashes, entry a, no time)");
    }

    /// <summary>A firmware stopped while rewriting the store has yet to copy LamBoot's variables.</summary>
    [Fact]
    public void A_store_that_is_half_rewritten_does_not_say_that_LamBoot_has_not_run()
    {
        byte[] image = CorpusImage.Get("cut-2m-21").ReadBytes();
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _).ShouldBeTrue();
        foreach (VariableEntry entry in store.Entries)
        {
            if (entry.VendorGuid == EfiGuids.LamBoot)
            {
                image[store.Offset + entry.Offset + 2] = 0x3c;
            }
        }

        HealthRecord record = Read(image);

        record.Warning.ShouldBe("reclaim pending");
        record
            .Error.ShouldNotBeNull()
            .ToString()
            .ShouldStartWith("unreadable: the firmware was stopped while rewriting the store");
    }

    [Fact]
    public void A_store_without_LamBoots_variables_says_so() =>
        Record("foreign-guid-only").Error.ShouldNotBeNull().ToString().ShouldStartWith("no-lamboot-variables: ");

    [Fact]
    public void A_reclaim_that_is_pending_is_a_warning()
    {
        Record("cut-2m-21").Warning.ShouldBe("reclaim pending");
        Record("reclaim2m-00").Warning.ShouldBeNull();
    }

    [Theory]
    [InlineData(NvramFault.Erased, "erased: x (at offset 0x10)")]
    [InlineData(NvramFault.Corrupt, "corrupt: x (at offset 0x10)")]
    [InlineData(NvramFault.UnknownFormat, "unknown-format: x (at offset 0x10)")]
    public void A_store_that_cannot_be_read_has_a_fixed_word(NvramFault fault, string error) =>
        About.With(new NvramError(fault, 16, "x")).Error.ToString().ShouldBe(error);

    [Fact]
    public void A_record_is_one_line_of_the_contracts_JSON() =>
        Json(
                Record("kill-reclaim2m-04") with
                {
                    Vmid = 100,
                    Name = "web1",
                    FleetId = "f",
                    Role = "r",
                    QmpStatus = "stopped",
                }
            )
            .ShouldBe(
                """
                {"schema_version":1,"observed_at":"2026-04-22T14:40:01Z","phase":"post-stop","node":"pve-node-01","vmid":100,"name":"web1","fleet_id":"f","role":"r","status":"warning","state":"Booting","state_code":1,"crash_count":10,"last_entry":"a","timestamp":"2028-05-26T09:26:32Z","version":"0.2.0","vmgenid":"9a9a1274-e904-cf74-5d6e-8527c3e4a581","qmp_status":"stopped","error":null,"verdict":"never-confirmed","reason":"ended for an unknown reason, 11 boots not confirmed, no confirmed one known: a crash, or no success service in the guest","confirmed_by":null,"firmware_boots":2,"boots_since_start":null,"ended_by":null,"crash":null,"warning":"reclaim pending"}
                """
            );

    [Fact]
    public void What_a_guest_wrote_is_escaped_in_JSON_and_text()
    {
        HealthRecord record = Record("entry-ctl");

        Json(record).ShouldContain("\"last_entry\":\"x\\u001B[31mred\\u007F\"");
        HealthText.Line(record).ShouldContain("entry x\\u{1b}[31mred\\u{7f},");
    }

    [Fact]
    public void Malformed_variables_are_named_in_the_record() =>
        Json(Record("entryraw-long200")).ShouldEndWith("\"malformed\":[\"LamBootLastEntry: 200 bytes\"]}");

    [Fact]
    public void The_log_gives_back_what_was_appended_and_names_what_is_no_record()
    {
        using HostTree tree = new();
        string path = tree.Path("/log/fleet.jsonl");
        HealthRecord first = Record("confirmed-4m") with { Vmid = 100, Store = null };
        HealthLog.Append(path, first);
        HealthLog.Append(path, first with { Vmid = 101 });
        File.AppendAllText(path, "{\"schema_version\":1,\"obs\n{\"schema_version\":1,\"torn");
        HealthLog.Append(path, first with { Phase = "monitor" });
        List<int> bad = [];

        List<HealthRecord> read = [];
        HealthLog.Read(path, 100, read.Add, bad.Add);

        read.ShouldBe([first, first with { Phase = "monitor" }]);
        bad.ShouldBe([3]); // the torn end was removed
    }

    private static HealthRecord About =>
        new()
        {
            ObservedAt = "2026-04-22T14:40:01Z",
            Phase = "post-stop",
            Node = "pve-node-01",
        };

    private static DateTimeOffset Now => new(2026, 4, 22, 14, 40, 1, TimeSpan.Zero);

    private static VerdictLimits Limits => VerdictLimits.Of(new());

    private static HealthRecord Record(string image) => Read(CorpusImage.Get(image).ReadBytes());

    private static HealthRecord Read(byte[] bytes)
    {
        VariableStore
            .TryOpen(bytes, bytes.Length, out VariableStore store, out NvramError error)
            .ShouldBeTrue(error.ToString());
        return About.With(store).Judged(Limits, Now);
    }

    private static string Json(HealthRecord record) => System.Text.Encoding.UTF8.GetString(record.ToJson());

    [Theory]
    [InlineData("timeout: storage 'nas' hangs", HealthErrorKind.Timeout, "storage 'nas' hangs")]
    [InlineData("no-lamboot-variables: x: y", HealthErrorKind.NoLamBootVariables, "x: y")]
    [InlineData("of-a-later-version: x", HealthErrorKind.Other, "of-a-later-version: x")]
    [InlineData(": x", HealthErrorKind.Other, ": x")]
    [InlineData("", HealthErrorKind.Other, "")]
    public void An_error_of_the_log_is_read_back(string text, HealthErrorKind kind, string detail)
    {
        HealthError error = HealthError.Parse(text);

        error.ShouldBe(new(kind, detail));
        error.ToString().ShouldBe(text);
    }

    [Fact]
    public void Each_status_and_error_has_a_word()
    {
        foreach (HealthStatus status in Enum.GetValues<HealthStatus>())
        {
            HealthStatuses.Parse(status.Word()).ShouldBe(status);
        }

        foreach (HealthErrorKind kind in Enum.GetValues<HealthErrorKind>())
        {
            HealthError.Parse(new HealthError(kind, "x").ToString()).Kind.ShouldBe(kind);
        }

        HealthStatuses.Parse("fine").ShouldBeNull();
    }
}
