using System.Text.Json;

namespace LamBoot.EndToEnd.Tests;

/// <summary><c>boot</c>, obeyed by real firmware that enforces Secure Boot: what is set takes effect, and everything else stays.</summary>
public sealed class BootEntryTests
{
    private const string One = "0100";
    private const string Two = "0101";

    [Fact]
    public void Firmware_boots_what_is_set_and_everything_else_stays()
    {
        using GuestNode node = new();
        string certificate = node.SignGuest();
        node.AddVm(100, secureBoot: true);
        node.Tree.Hook(["enroll", "100", "--cert", certificate]).ExitCode.ShouldBe(0);
        node.Boot(100, "ok entries=2").Entry.ShouldNotBe(One); // the firmware's own entry for the disk
        Entries(node).ShouldContain($"{One} guest");

        Change(node, ["BootOrder"], "--order", $"{One},{Two}");
        node.Boot(100, "ok").Entry.ShouldBe(One);

        Change(node, ["BootNext"], "--next", Two);
        node.Boot(100, "ok").Entry.ShouldBe(Two);
        Boot(node).GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);
        node.Boot(100, "ok").Entry.ShouldBe(One); // only once

        Change(node, ["BootOrder"], "--order", $"{Two},{One}");
        node.Boot(100, "ok").Entry.ShouldBe(Two);
        node.Boot(100, "ok").Entry.ShouldBe(Two);

        Change(node, ["BootOrder", $"Boot{Two}"], "--remove", Two);
        node.Boot(100, "ok").Entry.ShouldBe(One);
        Entries(node).ShouldNotContain($"{Two} guest");
        node.Inspect(100).GetProperty("secure_boot").GetProperty("microsoft_2011").GetArrayLength().ShouldBe(3);
        node.Inspect(100).GetProperty("secure_boot").GetProperty("enforced").GetBoolean().ShouldBeTrue();
    }

    /// <summary>
    /// With several devices, QEMU's own order (Proxmox VE's <c>boot:</c>) comes first; BootNext is independent of either.
    /// </summary>
    [Fact]
    public void The_order_of_devices_is_the_VMs_own()
    {
        using GuestNode node = new();
        string disk = Repository.File("out", "e2e", "guest.img");
        node.AddVm(
            100,
            args: $"-drive if=none,id=other,format=raw,readonly=on,file={disk} -device virtio-blk-pci,drive=other,bootindex=2"
        );
        string first = node.Boot(100, "ok").Entry!;
        string other = Boot(node)
            .GetProperty("entries")
            .EnumerateArray()
            .Where(entry => entry.GetProperty("auto_created").GetBoolean())
            .Select(entry => entry.GetProperty("number").GetString()!)
            .Single(number => number != first);

        Change(node, ["BootOrder"], "--order", $"{other},{first}");
        node.Boot(100, "ok").Entry.ShouldBe(first);

        Change(node, ["BootNext"], "--next", other);
        node.Boot(100, "ok").Entry.ShouldBe(other);
        node.Boot(100, "ok").Entry.ShouldBe(first);
    }

    [Fact]
    public void The_firmwares_menu_is_reached_once()
    {
        using GuestNode node = new();
        node.AddVm(100);
        node.Boot(100, "ok");

        Change(node, ["OsIndications"], "--setup");

        node.Start(100, "ok poweroff");
        node.WaitForSerial(100, "Boot Manager").ShouldNotContain("guest:");
        node.Stop(100);
        Boot(node).GetProperty("firmware_menu").GetBoolean().ShouldBeFalse();
        node.Boot(100, "ok").Found.StateCode.ShouldBe(2);
    }

    /// <summary>Changes what is booted, and asserts that only the named variables change.</summary>
    private static void Change(GuestNode node, string[] names, params string[] change)
    {
        string[] before = Others(node, names);
        ProgramResult result = node.Tree.Hook(["boot", "100", .. change]);
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("VM 100: changed; ");
        Others(node, names).ShouldBe(before);
    }

    private static string[] Others(GuestNode node, string[] names) =>
        [
            .. Json(node, "inspect", "100", "--all", "--json")
                .GetProperty("variables")
                .EnumerateArray()
                .Where(variable => !names.Contains(variable.GetProperty("name").GetString()))
                .Select(variable =>
                    $"{variable.GetProperty("name")} {variable.GetProperty("vendor")} {variable.GetProperty("attributes")} "
                    + $"{variable.GetProperty("timestamp")} {variable.GetProperty("data")}"
                )
                .Order(StringComparer.Ordinal),
        ];

    private static IEnumerable<string> Entries(GuestNode node) =>
        Boot(node)
            .GetProperty("entries")
            .EnumerateArray()
            .Select(entry => $"{entry.GetProperty("number")} {entry.GetProperty("description")}");

    private static JsonElement Boot(GuestNode node) => Json(node, "boot", "100", "--json");

    private static JsonElement Json(GuestNode node, params string[] command) =>
        JsonDocument.Parse(node.Tree.Hook(command).Output).RootElement;
}
