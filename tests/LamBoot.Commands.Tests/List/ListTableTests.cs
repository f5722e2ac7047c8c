using LamBoot.Commands.List;

namespace LamBoot.Commands.Tests.List;

/// <summary>The table of a node's VMs fits the terminal.</summary>
public sealed class ListTableTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(200)]
    public void No_line_is_wider_than_the_terminal(int width)
    {
        string[] lines = [.. new ListTable(width, Now).Lines([.. Enumerable.Range(100, 201).Select(Vm)], 0)];

        lines.ShouldAllBe(line => line.Length <= width);
        lines.Length.ShouldBe(203);
        lines[^1].ShouldBe("201 VMs: 201 attached, 201 with an outdated identity");
    }

    [Theory]
    [InlineData(80, "VMID  NAME              ATTACHED  IDENTITY  VERDICT          ROLE")]
    [InlineData(90, "VMID  NAME                ATTACHED  IDENTITY  VERDICT          WHEN      ROLE")]
    public void The_columns_that_matter_less_go_first(int width, string header) =>
        new ListTable(width, Now).Lines([Vm(100)], 0).First().ShouldBe(header);

    [Fact]
    public void What_others_wrote_is_escaped()
    {
        ListedVm vm = Vm(100) with { Name = "\u001b[31m", Role = "\u001b", VerdictAt = "\u001b" };

        string text = string.Join('\n', new ListTable(null, null).Lines([vm, vm with { Fault = "\u001b" }], 2));

        text.ShouldNotContain("\u001b");
        text.ShouldEndWith("; 2 containers not shown: no UEFI firmware");
    }

    private static ListedVm Vm(int vmid) =>
        new()
        {
            Vmid = vmid,
            Kind = "vm",
            Name = "a-name-that-is-longer-than-any-column",
            Ovmf = true,
            Hookscript = true,
            Channels = ["fw_cfg", "systemd", "smbios"],
            Identity = "outdated",
            Role = "a-role-that-is-longer-than-any-column-has-room-for",
            Verdict = "never-confirmed",
            Status = "warning",
            VerdictAt = Fleet.Text.UtcText.Format(Now.AddHours(-30)),
        };
}
