using CsCheck;
using LamBoot.Pve.Config;

namespace LamBoot.Pve.Tests.Config;

/// <summary>Options of an args line are parsed as QEMU parses them, and changes preserve every other byte.</summary>
public sealed class ArgsLineTests
{
    private static readonly Gen<string> Word = OneOf(
        "-device",
        "virtio-rng-pci,id=r0",
        "'a b'",
        "\"x \\\" y\"",
        "-fw_cfg",
        "-smbios",
        "type=11,value=x",
        "name=opt/other,string=a",
        "'-fw_cfg'",
        "ü\\ ä"
    );

    private static readonly Gen<string> Line = Gen.Select(
        Word.Array[0, 8],
        OneOf(" ", "  ", "\t"),
        (words, blank) => VmConfig.ToBytesText(string.Join(blank, words))
    );

    [Fact]
    public void Options_are_read_as_QEMU_reads_them()
    {
        List<QemuOption> options = new ArgsLine(
            "-a --fw_cfg opt/x,file=/a,,b -smbios \"type=11,value=a b,path=/c,path=/d\" -fw_cfg name=y"
        ).Options;

        options.Select(option => option.Name).ShouldBe(["fw_cfg", "smbios", "fw_cfg"]);
        options[0].Get("name", isFirst: true).ShouldBe("opt/x");
        options[0].Get("name").ShouldBeNull();
        options[0].Get("file").ShouldBe("/a,b");
        options[1].Get("value").ShouldBe("a b");
        options[1].All("path").ShouldBe(["/c", "/d"]);
    }

    [Theory]
    [InlineData("-fw_cfg x -b", "-b")]
    [InlineData("-a  -fw_cfg x -b", "-a -b")]
    [InlineData("-fw_cfg x   -fw_cfg y  -b", "-b")]
    [InlineData("-a -fw_cfg x", "-a")]
    public void What_is_removed_goes_with_its_white_space(string before, string after) =>
        new ArgsLine(before).Edit(_ => null, []).Text.ShouldBe(after);

    [Theory]
    [InlineData("name=x,file=/a b", "-fw_cfg \"name=x,file=/a b\"")]
    [InlineData("name=x,file=/it's/\"\\", "-fw_cfg \"name=x,file=/it's/\\\"\\\\\"")]
    [InlineData("name=x,file=/größe", null)]
    public void A_value_is_written_so_that_it_is_read_back(string value, string? text)
    {
        ArgsLine line = new ArgsLine("").Edit(option => option.Value, [("fw_cfg", value)]);

        line.Text.ShouldBe(text ?? line.Text);
        line.Options.Select(option => option.Value).ShouldBe([value]);
        new VmConfig(new VmConfig([]).WithArgs(line)).Args.Options.Select(option => option.Value).ShouldBe([value]);
    }

    [Fact]
    public void Any_line_keeps_what_is_not_changed() =>
        Line.Sample(
            text =>
            {
                ArgsLine before = new(text);
                if (before.Fault is not null)
                {
                    return;
                }

                before.Edit(option => option.Value, []).ShouldBeSameAs(before);
                ArgsLine changed = before.Edit(
                    option => option.Name == "smbios" ? option.Value + ",value=new" : option.Value,
                    [("fw_cfg", "z")]
                );
                changed.Options.Count.ShouldBe(before.Options.Count + 1);
                ArgsLine back = changed.Edit(
                    option =>
                        option.Value == "z" ? null : option.Value.Replace(",value=new", "", StringComparison.Ordinal),
                    []
                );
                ShellWords
                    .Split(back.Text)!
                    .Select(word => word.Value)
                    .ShouldBe(ShellWords.Split(text)!.Select(word => word.Value));
            },
            iter: 20_000
        );

    [Theory]
    [InlineData("-append 'x", "has an unclosed quote, so Proxmox VE ignores all of it")]
    [InlineData("-a snapstate: delete", "ends like Proxmox VE's own snapshot mark, so Proxmox VE ignores all of it")]
    [InlineData("-a snapstate:prepare", "ends like Proxmox VE's own snapshot mark, so Proxmox VE ignores all of it")]
    [InlineData("-fw_cfg x -fw_cfg", "ends with an -fw_cfg without a value, so QEMU will not start")]
    [InlineData("-fw_cfg x -smbios", "ends with an -smbios without a value, so QEMU will not start")]
    [InlineData("-fw_cfg -fw_cfg", null)]
    [InlineData("snapstate: delete -a", null)]
    [InlineData("", null)]
    public void A_line_that_is_of_no_use_has_a_fault(string text, string? fault) =>
        new ArgsLine(text).Fault.ShouldBe(fault);

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
