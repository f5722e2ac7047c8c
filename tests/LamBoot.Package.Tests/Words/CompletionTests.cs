namespace LamBoot.Package.Tests.Words;

/// <summary>What bash and zsh offer when Tab is pressed.</summary>
public sealed class CompletionTests : IDisposable
{
    // The second Tab shows a list.
    private const string Listing = "63";

    private readonly HostTree _tree = new HostTree().AddQm();

    public CompletionTests()
    {
        _tree.Write(
            "/etc/lamboot/fleet.toml",
            "[roles]\n100 = \"front\" # old\n[tags] # by tag\n# not = 1\n\"db\" = [\"db\"]\n[monitor]\nmail_to = \"root\"\n"
        );
        _tree.AddVm(100, "confirmed-4m", "tags: web\n\n[snapshot]\nname: old\ntags: old\n");
        _tree.AddVm(101, more: "tags: db;web\n");
        _tree.Write("/etc/pve/qemu-server/900.conf", "tags: $(touch${IFS}pwned),`id`\nname: \e[31m$(touch pwned)é\n");
        _tree.Write("/var/lib/lamboot/backup/101-20261127T091500.000Z.fd", "");
        _tree.Write("/var/lib/lamboot/backup/100-20261127T091500.000Z.fd", "");
    }

    public static TheoryData<string> Commands => [.. Help.Commands];

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("pre-start post-start pre-stop post-stop", "100", "")]
    [InlineData("pre-start pre-stop", "101", "pre")]
    [InlineData("100 101", "10")]
    [InlineData("history", "hi")]
    [InlineData("history", "help", "hi")]
    [InlineData("101", "inspect", "101")]
    [InlineData("100 101 900", "attach", "100", "")]
    [InlineData("db web", "attach", "--tag", "")]
    [InlineData("web", "list", "--tag", "w")]
    [InlineData("--wide", "list", "--w")]
    [InlineData("101-20261127T091500.000Z.fd", "restore", "101", "--backup", "")]
    [InlineData("0001 0000 0002 none", "boot", "100", "--next", "")]
    [InlineData("0002,0001 0002,0000 0002,0002", "boot", "100", "--order", "0002,")]
    [InlineData("fleet.toml", "check", "--config", "fl")]
    [InlineData("", "--root", "/nowhere", "inspect", "1")]
    public void Bash_offers(string offered, params string[] typed) =>
        Bash("lamboot-hook", null, typed).ShouldBe(offered.Length == 0 ? [] : offered.Split(' '));

    /// <summary>
    /// The first Tab inserts the common prefix, so only VMIDs. Only printable ASCII characters of names are shown, and nothing is executed.
    /// </summary>
    [Theory]
    [InlineData("100|101|900", "9", "")]
    [InlineData("100 (vm100)|101 (vm101)|900 (?[31m$(touch pwned)??)", Listing, "")]
    [InlineData("100 (vm100)|101 (vm101)", Listing, "1")]
    [InlineData("101", Listing, "101")]
    [InlineData("100|101|900", "37", "")]
    public void Bash_shows_names_in_a_list_of_several(string offered, string type, string typed)
    {
        string.Join('|', Bash("lamboot-hook", type, "inspect", typed)).ShouldBe(offered);
        File.Exists(_tree.Path("/etc/lamboot/pwned")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("db front", "--role", "")]
    [InlineData("db web", "--tag", "")]
    [InlineData("critical", "--status", "c")]
    [InlineData("100 101", "10")]
    [InlineData("101", "--vmid", "101")]
    [InlineData("auto", "--textfile", "a")]
    public void Bash_offers_the_monitor(string offered, params string[] typed) =>
        Bash("lamboot-pve-monitor", null, typed).ShouldBe(offered.Split(' '));

    [Theory]
    [InlineData("pre-start|pre-stop", "lamboot-hook 100 pre-st")]
    [InlineData("100 -- vm100|101 -- vm101", "lamboot-hook 10")]
    [InlineData("100 -- vm100|101 -- vm101|900 -- ?[31m$(touch pwned)??", "lamboot-hook attach ")]
    [InlineData("db|web", "lamboot-hook list --tag ")]
    [InlineData("101-20261127T091500.000Z.fd", "lamboot-hook restore 101 --backup ")]
    [InlineData(
        "0001 -- UEFI Non-Block Boot Device|0000 -- UiApp|0002 -- EFI Internal Shell",
        "lamboot-hook boot 100 --next "
    )]
    [InlineData("db|front", "lamboot-pve-monitor --role ")]
    [InlineData("critical", "lamboot-pve-monitor --status c")]
    [InlineData("100 -- vm100", "lamboot-pve-monitor 100")]
    public void Zsh_offers(string offered, string typed)
    {
        string.Join('|', Zsh(typed)).ShouldBe(offered);
        File.Exists(_tree.Path("/etc/lamboot/pwned")).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_has_the_options_of_its_help(string command)
    {
        string[] options = Help.Options("lamboot-hook", command);

        Bash("lamboot-hook", null, command, "--").ShouldBe(options, ignoreOrder: true);
        Zsh($"lamboot-hook {command} --").Select(line => line.Split(' ')[0]).ShouldBe(options, ignoreOrder: true);
    }

    [Fact]
    public void So_has_the_monitor()
    {
        string[] options = Help.Options("lamboot-pve-monitor");

        Bash("lamboot-pve-monitor", null, "--").ShouldBe(options, ignoreOrder: true);
        Zsh("lamboot-pve-monitor --").Select(line => line.Split(' ')[0]).ShouldBe(options, ignoreOrder: true);
    }

    [Fact]
    public void And_all_commands_are_offered()
    {
        string[] expected = [.. Help.Commands, "help"];

        Bash("lamboot-hook", null, "").ShouldBe([.. expected, "100", "101", "900"], ignoreOrder: true);
        Zsh("lamboot-hook ")
            .Select(line => line.Split(' ')[0])
            .ShouldBe([.. expected, "100", "101", "900"], ignoreOrder: true);
    }

    private string[] Bash(string program, string? type, params string[] typed)
    {
        const string Script = """
            cd "$LAMBOOT_ROOT"/etc/lamboot && . "$1" && function=$2 && shift 2
            COMP_WORDS=(program "$@") COMP_CWORD=$#
            "$function"
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        return Offered(
            ProgramResult.Run(
                "env",
                [
                    $"PATH={Repository.File("out", "bin")}:/usr/bin:/bin",
                    $"COMP_TYPE={type}",
                    "bash",
                    "-c",
                    Script,
                    "bash",
                    Repository.File("packaging", "completion", program),
                    "_" + program.Replace('-', '_'),
                    .. typed,
                ],
                ("LAMBOOT_ROOT", _tree.Root)
            )
        );
    }

    private string[] Zsh(string typed)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/zsh") || File.Exists("/bin/zsh"), "zsh cannot be installed here");
        const string Script = "cd \"$LAMBOOT_ROOT\"/etc/lamboot && PATH=$1:$PATH && \"$2\" \"$3\"";
        string complete = Repository.File("tests", "LamBoot.Package.Tests", "Words", "complete-zsh");
        return Offered(
            ProgramResult.Run(
                "/bin/sh",
                ["-c", Script, "sh", Repository.File("out", "bin"), complete, typed],
                ("LAMBOOT_ROOT", _tree.Root)
            )
        );
    }

    private static string[] Offered(ProgramResult result)
    {
        result.Error.ShouldBe("");
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
