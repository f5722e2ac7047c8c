using CsCheck;
using LamBoot.Pve.Config;

namespace LamBoot.Pve.Tests.Config;

/// <summary>Our item in an args line: exactly one, and every other byte as it was.</summary>
public sealed class ArgsLineTests
{
    private const string File = "/var/lib/lamboot/100.json";
    private const string Item = "-fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/100.json";

    private static readonly Gen<string> Word = Gen.OneOf(
        Gen.Const("-device"),
        Gen.Const("virtio-rng-pci,id=r0"),
        Gen.Const("'a b'"),
        Gen.Const("\"x \\\" y\""),
        Gen.Const("-fw_cfg"),
        Gen.Const("name=opt/other,string=a"),
        Gen.Const("name=opt/lamboot/config,file=/var/lib/lamboot/900.json"),
        Gen.Const("opt/lamboot/config,file=/elsewhere"),
        Gen.Const("'-fw_cfg'"),
        Gen.Const("ü\\ ä")
    );

    private static readonly Gen<string> Line = Gen.Select(
        Word.Array[0, 8],
        Gen.OneOf(Gen.Const(" "), Gen.Const("  "), Gen.Const("\t")),
        (words, blank) => string.Join(blank, words)
    );

    [Theory]
    [InlineData("", Item)]
    [InlineData("-device x", "-device x " + Item)]
    [InlineData(Item, Item)]
    [InlineData("-fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/900.json -device x", Item + " -device x")]
    [InlineData(
        "--fw_cfg opt/lamboot/config,file=/x -a",
        "--fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/100.json -a"
    )]
    [InlineData("-fw_cfg file=/x,name=opt/lamboot/config", Item)]
    [InlineData("-fw_cfg \"name=opt/lamboot/config,file=/x\"", Item)]
    [InlineData("-fw_cfg opt/lamboot/config,string=x", Item)]
    [InlineData(Item + " -a " + Item, Item + " -a")]
    [InlineData("-fw_cfg opt/lamboot/config,file=/a -fw_cfg opt/lamboot/config,file=/b", Item)]
    [InlineData("-fw_cfg name=opt/lamboot/config.d,file=/x", "-fw_cfg name=opt/lamboot/config.d,file=/x " + Item)]
    [InlineData("-append 'a  b' \"c\"", "-append 'a  b' \"c\" " + Item)]
    public void With(string before, string after) => new ArgsLine(before).With(File).Text.ShouldBe(after);

    [Theory]
    [InlineData("", "")]
    [InlineData("-device x", "-device x")]
    [InlineData(Item, "")]
    [InlineData(Item + "  -device x", "-device x")]
    [InlineData("-device x  " + Item, "-device x")]
    [InlineData("-a " + Item + " -b", "-a -b")]
    [InlineData(Item + " " + Item, "")]
    [InlineData(Item + "   " + Item + "  -b", "-b")]
    public void Without(string before, string after) => new ArgsLine(before).Without().Text.ShouldBe(after);

    [Theory]
    [InlineData("/var/lib/a,b/100.json", "-fw_cfg name=opt/lamboot/config,file=/var/lib/a,,b/100.json")]
    [InlineData("/var/lib/a b/100.json", "-fw_cfg \"name=opt/lamboot/config,file=/var/lib/a b/100.json\"")]
    [InlineData("/it's/\"\\/1.json", "-fw_cfg \"name=opt/lamboot/config,file=/it's/\\\"\\\\/1.json\"")]
    public void A_path_is_written_so_that_QEMU_reads_it_back(string path, string item)
    {
        ArgsLine line = new ArgsLine("").With(path);

        line.Text.ShouldBe(item);
        line.Files.ShouldBe([path]);
        line.With(path).ShouldBeSameAs(line);
    }

    [Fact]
    public void A_path_beyond_ASCII_survives()
    {
        ArgsLine line = new ArgsLine("").With("/var/lib/größe/100.json");

        line.Files.ShouldBe(["/var/lib/größe/100.json"]);
        new VmConfig(new VmConfig([]).WithArgs(line)).Args.Files.ShouldBe(["/var/lib/größe/100.json"]);
    }

    [Fact]
    public void Any_line_gets_exactly_one_item_and_keeps_its_other_words() =>
        Line.Sample(
            text =>
            {
                ArgsLine before = new(text);
                if (before.Fault is not null)
                {
                    return;
                }

                ArgsLine after = before.With(File);

                after.Files.ShouldBe([File]);
                after.With(File).ShouldBeSameAs(after);
                Others(after).ShouldBe(Others(before));
                Others(after.Without()).ShouldBe(Others(before));
                after.Without().Files.ShouldBeEmpty();
            },
            iter: 20_000
        );

    [Theory]
    [InlineData("-append 'x", "has a quote that is not closed: Proxmox VE drops all of it")]
    [InlineData("-a snapstate: delete", "ends like Proxmox VE's own mark of a snapshot: it drops all of it")]
    [InlineData("-a snapstate:prepare", "ends like Proxmox VE's own mark of a snapshot: it drops all of it")]
    [InlineData("-fw_cfg x -fw_cfg", "ends with an -fw_cfg without value: QEMU does not start with it")]
    [InlineData("-fw_cfg -fw_cfg", null)]
    [InlineData("snapstate: delete -a", null)]
    [InlineData("", null)]
    public void A_line_that_is_of_no_use_has_a_fault(string text, string? fault) =>
        new ArgsLine(text).Fault.ShouldBe(fault);

    /// <summary>The words but for those of our items, which are found here by a rule of the test's own.</summary>
    private static List<string> Others(ArgsLine line)
    {
        List<string> words = [.. ShellWords.Split(line.Text)!.Select(word => word.Value)];
        List<string> others = [];
        for (int i = 0; i < words.Count; i++)
        {
            bool isOption = words[i] == "-fw_cfg" && i + 1 < words.Count;
            if (isOption && words[i + 1].Contains("opt/lamboot/config", StringComparison.Ordinal))
            {
                i++;
            }
            else if (isOption)
            {
                others.AddRange([words[i], words[++i]]);
            }
            else
            {
                others.Add(words[i]);
            }
        }

        return others;
    }
}
