using LamBoot.Commands.Tests.Rescue;
using LamBoot.Commands.Tests.SecureBoot;

namespace LamBoot.Commands.Tests.Boot;

/// <summary><c>boot</c> with a change: what it changes in a store, and that it changes nothing else.</summary>
public sealed class BootChangeTests
{
    [Theory]
    [InlineData("raw", "--next 0001", "BootNext", "0100", "BootNext: none -> 0001 'UEFI QEMU HARDDISK QM00001'")]
    [InlineData("raw", "--next Boot0001", "BootNext", "0100", "BootNext: none -> 0001 'UEFI QEMU HARDDISK QM00001'")]
    [InlineData("device", "--setup", "OsIndications", "0100000000000000", "OsIndications: next boot -> firmware menu")]
    [InlineData("qcow2", "--order 2,1", "BootOrder", "02000100", "BootOrder: 0001, 0000, 0002 -> 0002, 0001")]
    [InlineData("linked qcow2", "--next 2", "BootNext", "0200", "BootNext: none -> 0002 'EFI Internal Shell'")]
    public void One_variable_is_set_and_taken_back(string kind, string change, string name, string value, string line)
    {
        using StoreNode node = LoopingNode.On(kind);
        string[] before = node.Variables();
        string[] command = ["boot", "100", .. change.Split(' ')];

        ProgramResult dry = node.Tree.Hook([.. command, "--dry-run"]);

        dry.ShouldBe(new(0, dry.Output, ""));
        dry.Output.ShouldStartWith($"VM 100: would change {line}\n");
        dry.Output.Contains("own boot order", StringComparison.Ordinal).ShouldBe(name == "BootOrder");
        node.Variables().ShouldBe(before);

        ProgramResult result = node.Tree.Hook(command);

        result.ShouldBe(new(0, result.Output, ""));
        result.Output.ShouldMatch(
            $"^VM 100: [^\n]*\nVM 100: changed; previous store saved as /var/lib/lamboot/backup/100-[^ ]+.fd; "
        );
        result.Output.ShouldStartWith($"VM 100: {line}\n");
        string[] after = node.Variables();
        after.Value(name).ShouldBe(value);
        after.Others(name).ShouldBe(before.Others(name));
        node.Tree.Hook(command).ShouldBe(new(0, "VM 100: nothing to change\n", ""));

        node.Tree.Hook(["restore", "100"]).ExitCode.ShouldBe(0);

        node.Variables().ShouldBe(before);
        node.ShouldBeTidy();
    }

    [Fact]
    public void BootNext_is_taken_back()
    {
        using StoreNode node = LoopingNode.On("raw");
        string[] before = node.Variables();
        node.Tree.Hook(["boot", "100", "--next", "1"]).ExitCode.ShouldBe(0);

        node.Tree.Hook(["boot", "100", "--next", "none"])
            .Output.ShouldStartWith("VM 100: BootNext: 0001 'UEFI QEMU HARDDISK QM00001' -> none\n");

        node.Variables().ShouldBe(before);
        node.Tree.Hook(["boot", "100", "--next", "none"]).Output.ShouldBe("VM 100: nothing to change\n");
    }

    [Fact]
    public void An_entry_is_removed_from_order_and_next_too()
    {
        using StoreNode node = LoopingNode.On("raw");
        node.Tree.Hook(["boot", "100", "--next", "1"]).ExitCode.ShouldBe(0);
        string[] before = node.Variables();

        ProgramResult result = node.Tree.Hook(["boot", "100", "--remove", "0001"]);

        result.Output.ShouldStartWith(
            """
            VM 100: entry 0001 'UEFI QEMU HARDDISK QM00001' -> removed
            VM 100: BootOrder: 0001, 0000, 0002 -> 0000, 0002
            VM 100: BootNext: 0001 'UEFI QEMU HARDDISK QM00001' -> none

            """
        );
        result.Output.ShouldEndWith(
            "VM 100: the firmware created that entry for a device, and recreates it while the VM has the device\n"
        );
        string[] after = node.Variables();
        after.Value("BootOrder").ShouldBe("00000200");
        after.Others("BootOrder").ShouldBe(before.Others("Boot0001", "BootNext", "BootOrder"));
        node.Tree.Hook(["boot", "100", "--remove", "0001"])
            .ShouldBe(
                new(1, "", "lamboot-hook: VM 100: error: there is no boot entry 0001; existing entries: 0000, 0002\n")
            );
    }

    [Theory]
    [InlineData("--next 9", "VM 100: error: there is no boot entry 0009; existing entries: 0000, 0001, 0002", 1)]
    [InlineData("--order 1,9", "VM 100: error: there is no boot entry 0009; existing entries: 0000, 0001, 0002", 1)]
    [InlineData("--order 1,1", "--order: expected distinct boot entry numbers such as 0003,0001;", 2)]
    [InlineData("--order 1,,2", "--order: expected distinct boot entry numbers such as 0003,0001;", 2)]
    [InlineData("--next x", "--next: expected a boot entry number such as 0003, or 'none';", 2)]
    [InlineData("--next 10000", "--next: expected a boot entry number such as 0003, or 'none';", 2)]
    [InlineData("--remove none", "--remove: expected a boot entry number such as 0003;", 2)]
    [InlineData("--next 1 --setup", "expected one of --next, --setup, --order and --remove: one change at a time;", 2)]
    [InlineData("--setup --json", "--json only works with the list;", 2)]
    [InlineData("--dry-run", "--dry-run needs --next, --setup, --order or --remove;", 2)]
    [InlineData("--stop", "--stop needs --next, --setup, --order or --remove;", 2)]
    public void What_is_no_change_is_refused(string options, string reason, int exitCode)
    {
        using StoreNode node = LoopingNode.On("raw");
        byte[] before = File.ReadAllBytes(node.Tree.ImagePath(100));

        ProgramResult result = node.Tree.Hook(["boot", "100", .. options.Split(' ')]);

        result.ExitCode.ShouldBe(exitCode);
        result.Output.ShouldBe("");
        result.Error.ShouldStartWith($"lamboot-hook: {reason}");
        result.Error.Count(c => c == '\n').ShouldBe(1);
        File.ReadAllBytes(node.Tree.ImagePath(100)).ShouldBe(before);
    }
}
