namespace LamBoot.EndToEnd.Tests;

/// <summary>A VM's life as seen by its guest and by the host: identity in, health out.</summary>
public sealed class BootTests
{
    [Fact]
    public void A_VM_learns_its_identity_and_leaves_its_health()
    {
        using GuestNode node = new();
        node.AddVm(100);

        GuestBoot first = node.Boot(100, "ok");
        GuestBoot second = node.Boot(100, "ok");

        first.Found.ShouldBe(new GuestHealth(null, null, null, null, null, null));
        (first.Text("vmid"), first.Text("fleet_id"), first.Text("role"), first.Text("hostname")).ShouldBe(
            ("100", "prod-cluster-01", "webserver", "pve1")
        );
        first.Wrote!.VmGenId.ShouldBe("01234567-89ab-cdef-0123-000000000100"); // as in Proxmox VE's configuration
        second.Found.ShouldBe(first.Wrote);
        node.Records(100).Select(record => record.GetProperty("status").GetString()).ShouldBe(["healthy", "healthy"]);
    }

    [Fact]
    public void A_VM_that_has_the_hookscript_alone_learns_it_at_its_second_start()
    {
        using GuestNode node = new();
        node.AddVm(100, attached: false);

        string log = node.Start(100, "ok poweroff");
        node.Ended(100).Identity.ShouldBeNull();

        log.ShouldContain("takes effect at the next start");
        node.Boot(100, "ok").Text("vmid").ShouldBe("100");
    }

    [Fact]
    public void Crashes_in_a_row_are_a_crash_loop_and_a_good_boot_ends_it()
    {
        using GuestNode node = new();
        node.AddVm(100);
        node.Boot(100, "ok");

        int?[] crashes = [.. Enumerable.Range(0, 3).Select(_ => node.BootAndStop(100).Wrote!.CrashCount)];

        crashes.ShouldBe([0, 1, 2]);
        node.Records(100)
            .Select(record => record.GetProperty("status").GetString())
            .ShouldBe(["healthy", "warning", "warning", "critical"]);
        ProgramResult fleet = node.Tree.Monitor("--exit-code");
        fleet.ExitCode.ShouldBe(2);
        fleet.Output.ShouldContain("1 VM: 1 critical");

        node.Boot(100, "ok").Found.CrashCount.ShouldBe(2);

        node.Tree.Monitor("--exit-code").ExitCode.ShouldBe(0);
    }

    /// <summary>A reset inside the guest runs no hook: only the store of the running VM tells.</summary>
    [Fact]
    public void A_loop_of_resets_is_seen_while_the_VM_runs()
    {
        using GuestNode node = new();
        node.AddVm(100);
        node.Start(100, "reset=3");
        node.WaitForSerial(100, "guest: hangs");

        ProgramResult fleet = node.Tree.Monitor("--exit-code");

        fleet.ExitCode.ShouldBe(2);
        fleet.Output.ShouldContain("running");
        node.Boots(100).Count.ShouldBe(4);
        node.Boots(100).ShouldAllBe(boot => boot.Text("vmid") == "100"); // fw_cfg keeps its bytes
        node.Records(100).ShouldBeEmpty();
        node.Inspect(100).GetProperty("health").GetProperty("crash_count").GetInt32().ShouldBe(3);
    }

    [Fact]
    public void A_role_that_changes_between_boots_reaches_the_next_one()
    {
        using GuestNode node = new();
        node.AddVm(100);
        node.Boot(100, "ok").Text("role").ShouldBe("webserver");
        node.Tree.Write(
            "/etc/lamboot/fleet.toml",
            HostTree.FleetToml.Replace("webserver", "database", StringComparison.Ordinal)
        );

        node.Boot(100, "ok").Text("role").ShouldBe("database");

        node.Records(100).Select(record => record.GetProperty("role").GetString()).ShouldBe(["webserver", "database"]);
    }

    [Theory]
    [InlineData("größe-✔")]
    [InlineData("\u001b[2J\u001b]0;owned\u0007\r\n%s\u202e")]
    public void What_a_guest_calls_its_entry_is_recorded_and_never_printed_raw(string entry)
    {
        using GuestNode node = new();
        node.AddVm(100);

        node.Boot(100, "ok entry=" + Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(entry)));

        node.Records(100)[0].GetProperty("last_entry").GetString().ShouldBe(entry);
        string shown = node.Tree.Hook(["inspect", "100"]).Output + node.Tree.Monitor().Output;
        shown.ShouldNotContain("\u001b");
        shown.ShouldNotContain("\u202e");
        shown.ShouldContain(entry[0] == 'g' ? entry : "owned");
    }
}
