using System.Text;
using CsCheck;
using LamBoot.Pve.Config;

namespace LamBoot.Pve.Tests.Config;

/// <summary>The main section is parsed as Proxmox VE does, and only one line of it is edited.</summary>
public sealed class VmConfigTests
{
    private const string Full = """
        #Web%3A front
        #efidisk0: decoy:1/x
        #args: decoy
        args: -device 'virtio rng' -smbios "type=11"
        bios: ovmf
        efidisk0: local:100/vm-100-disk-0.raw,efitype=4m
        description: x args: y
         [indented] is no section
        name: web1
        tags: web;nginx,db  x

        [PENDING]
        args: -pending
        name: pending

        [special:cloudinit]
        args: -cloudinit

        [snap]
        #snapshot
        args: -snapshot
        name: old
        """;

    [Fact]
    public void Reads_the_main_section_alone()
    {
        VmConfig config = Parse(Full);

        config.Args.Text.ShouldBe("-device 'virtio rng' -smbios \"type=11\"");
        config.IsOvmf.ShouldBeTrue();
        config.Name.ShouldBe("web1");
        config.EfiDisk.ShouldBe("local:100/vm-100-disk-0.raw,efitype=4m");
        config.Tags.ShouldBe(["web", "nginx", "db", "x"]);
        config.Lock.ShouldBeNull();
    }

    [Theory]
    [InlineData("bios:ovmf\n", true)]
    [InlineData("bios:   ovmf  \r\n", true)]
    [InlineData("bios: seabios\nbios: ovmf\n", true)]
    [InlineData("bios: ovmf\nbios: seabios\n", false)]
    [InlineData(" bios: ovmf\n", false)]
    [InlineData("#bios: ovmf\n", false)]
    [InlineData("[PENDING]\nbios: ovmf\n", false)]
    [InlineData("[a]\nbios: ovmf\n", false)]
    [InlineData("xbios: ovmf\n", false)]
    [InlineData("bios: ovmf", true)]
    [InlineData("", false)]
    public void Reads_lines_as_Proxmox_VE_does(string text, bool isOvmf) => Parse(text).IsOvmf.ShouldBe(isOvmf);

    [Fact]
    public void Replacing_args_changes_that_line_alone()
    {
        string edited = Edit(Full, "-new");

        edited.ShouldBe(
            Full.Replace("args: -device 'virtio rng' -smbios \"type=11\"", "args: -new", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("", "args: A\n")]
    [InlineData("bios: ovmf\n", "args: A\nbios: ovmf\n")]
    [InlineData("#note\nagent: 1\nbios: ovmf\n", "#note\nagent: 1\nargs: A\nbios: ovmf\n")]
    [InlineData("agent: 1", "agent: 1\nargs: A\n")]
    [InlineData("agent: 1\n\n[snap]\nbios: ovmf\n", "agent: 1\nargs: A\n\n[snap]\nbios: ovmf\n")]
    [InlineData("[snap]\nargs: -x\n", "args: A\n[snap]\nargs: -x\n")]
    [InlineData("args:-x\n", "args:A\n")]
    [InlineData("args:   -x  \r\nname: y\r\n", "args:   A  \r\nname: y\r\n")]
    [InlineData("args: -x\nargs: -y\n", "args: -x\nargs: A\n")]
    [InlineData("args:\nname: y\n", "args: A\nname: y\n")]
    [InlineData("args:\r\nname: y\r\n", "args: A\r\nname: y\r\n")]
    public void Args_are_written(string before, string after) => Edit(before, "A").ShouldBe(after);

    [Theory]
    [InlineData("args: -x\nname: y\n", "name: y\n")]
    [InlineData("name: y\nargs: -x", "name: y\n")]
    [InlineData("name: y\n", "name: y\n")]
    public void Empty_args_are_removed(string before, string after) => Edit(before, "").ShouldBe(after);

    [Fact]
    public void Any_bytes_keep_all_lines_but_one()
    {
        Gen<string> line = Gen.OneOf(
            Gen.Const("args: -a"),
            Gen.Const("args:"),
            Gen.Const("bios: ovmf\r"),
            Gen.Const("[snap]"),
            Gen.Const("[PENDING]"),
            Gen.Const("#x: y"),
            Gen.Const(""),
            Gen.Char['\u0001', '\u00ff'].Array[0, 12].Select(c => new string(c).Replace('\n', ' '))
        );
        line.Array[0, 12]
            .Sample(
                lines =>
                {
                    byte[] before = Encoding.Latin1.GetBytes(string.Join('\n', lines));
                    byte[] after = new VmConfig(before).WithArgs(new ArgsLine("-new item"));

                    new VmConfig(after).Args.Text.ShouldBe("-new item");
                    List<string> left = [.. Encoding.Latin1.GetString(after).Split('\n')];
                    left.RemoveAt(left.FindIndex(l => l.Contains("-new item", StringComparison.Ordinal)));
                    List<string> kept = [.. lines];
                    int end = kept.FindIndex(IsSection);
                    int old = kept.Take(end < 0 ? kept.Count : end)
                        .ToList()
                        .FindLastIndex(l => l.StartsWith("args:", StringComparison.Ordinal));
                    if (old >= 0)
                    {
                        kept.RemoveAt(old);
                    }

                    string.Join('\n', left).TrimEnd('\n').ShouldBe(string.Join('\n', kept).TrimEnd('\n'));
                },
                iter: 5_000
            );
    }

    private static bool IsSection(string line) =>
        line.TrimEnd(' ', '\t', '\v', '\f', '\r') is ['[', .. string name, ']']
        && !name.Contains(']', StringComparison.Ordinal);

    private static string Edit(string text, string args) =>
        Encoding.Latin1.GetString(Parse(text).WithArgs(new ArgsLine(args)));

    private static VmConfig Parse(string text) => new(Encoding.Latin1.GetBytes(text));
}
