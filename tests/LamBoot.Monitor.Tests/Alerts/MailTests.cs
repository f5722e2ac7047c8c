namespace LamBoot.Monitor.Tests.Alerts;

/// <summary>Alerts by mail: to a sendmail that saves its input, and to a real one.</summary>
public sealed class MailTests
{
    private const string Sendmail = "/usr/sbin/sendmail";
    private const string Keep =
        "echo \"$@\" >>\"$LAMBOOT_ROOT/calls\"; cat >\"$LAMBOOT_ROOT/mail.$(wc -l <\"$LAMBOOT_ROOT/calls\")\"\n";

    [Fact]
    public void A_change_is_a_mail_that_says_what_to_do()
    {
        using HostTree tree = Node(Keep);
        tree.AddVm(100, "panic-255");
        tree.AddVm(101, "confirmed-4m");

        tree.Monitor("--notify").Error.ShouldBe("");
        tree.Monitor("--notify").Error.ShouldBe("");

        File.ReadAllText(tree.Path("/calls")).ShouldBe("-i -t\n");
        string mail = File.ReadAllText(tree.Path("/mail.1"));
        mail.ShouldStartWith(
            "To: root\nSubject: [lamboot] VM 100 (vm100) on pve1: critical: kernel panic: Attempted to kill init! exitcode=0x00000100\n"
        );
        mail.ShouldContain("\n\nVM 100 (vm100) on pve1 is critical.\n\nWhat happened:   kernel panic: ");
        mail.ShouldContain("\nSince:           20");
        mail.ShouldContain("\nLast boot:       2030-05-27T01:31:08Z, entry linux-xxxxxxxxxxxxxxxxxxx\n");
        mail.ShouldContain("\nLast good boot:  none in /var/log/lamboot/fleet.jsonl\n");
        mail.ShouldContain("\nWhat to do, on pve1:\n  lamboot-hook crash 100 ");

        CorpusImage.Get("confirmed-4m").WriteTo(tree.ImagePath(100));
        tree.Monitor("--notify").ExitCode.ShouldBe(0);

        File.ReadAllText(tree.Path("/mail.2")).ShouldContain("Subject: [lamboot] VM 100 (vm100) on pve1: recovered: ");
    }

    [Fact]
    public void The_last_good_entry_is_the_health_logs()
    {
        using HostTree tree = Node(Keep);
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        CorpusImage.Get("panic-255").WriteTo(tree.ImagePath(100));

        tree.Monitor("--notify").ExitCode.ShouldBe(0);

        File.ReadAllText(tree.Path("/mail.1"))
            .ShouldContain("\nLast good boot:  2031-10-26T15:27:16Z, entry arch-linux\n");
    }

    [Fact]
    public void Many_changes_at_once_are_one_mail()
    {
        using HostTree tree = Node(Keep);
        foreach (int vmid in Enumerable.Range(100, 5))
        {
            tree.AddVm(vmid, "panic-255");
        }

        tree.Monitor("--notify").ExitCode.ShouldBe(0);

        File.ReadAllText(tree.Path("/calls")).ShouldBe("-i -t\n");
        string mail = File.ReadAllText(tree.Path("/mail.1"));
        mail.ShouldContain("Subject: [lamboot] 5 VMs on pve1: 5 critical, 0 no longer critical\n");
        mail.Split('\n')
            .Count(line => line.Contains(" is critical: kernel panic: ", StringComparison.Ordinal))
            .ShouldBe(5);
    }

    [Theory]
    [InlineData("exit 75\n", "exited with 75: ; 1 alert not delivered yet")]
    [InlineData("echo no queue >&2; exit 1\n", "exited with 1: no queue; 1 alert not delivered yet")]
    [InlineData(null, "no such file or directory; install postfix or another mail server; 1 alert not delivered yet")]
    public void What_fails_is_said_and_comes_again(string? script, string said)
    {
        using HostTree tree = Node(script);
        tree.AddVm(100, "panic-255");

        ProgramResult result = tree.Monitor("--notify");

        result.ExitCode.ShouldBe(1);
        result.Error.TrimEnd().Split('\n').ShouldAllBe(line => line.EndsWith(said, StringComparison.OrdinalIgnoreCase));
        tree.AddScript(Sendmail, Keep);
        tree.Monitor("--notify").ExitCode.ShouldBe(0);
        File.ReadAllText(tree.Path("/mail.1")).ShouldContain("VM 100 ");
    }

    /// <summary>Each kind keeps track of what it has reported.</summary>
    [Fact]
    public void A_web_hook_that_fails_keeps_no_mail_back()
    {
        using HostTree tree = Node(Keep, "alert_webhook = \"https://127.0.0.1:1/\"\n");
        tree.AddVm(100, "panic-255");

        tree.Monitor("--notify").ExitCode.ShouldBe(1);
        tree.Monitor("--notify").ExitCode.ShouldBe(1);

        File.ReadAllText(tree.Path("/calls")).ShouldBe("-i -t\n");
    }

    /// <summary>Debian's dma, which delivers to /var/mail.</summary>
    [Fact]
    public void A_real_mail_server_delivers_it()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/dma"), "dma cannot be installed here");
        const string Mailbox = "/var/mail/root";
        string before = File.Exists(Mailbox) ? File.ReadAllText(Mailbox) : "";
        using HostTree tree = Node(script: null);
        Directory.CreateDirectory(tree.Path("/usr/sbin"));
        File.CreateSymbolicLink(tree.Path(Sendmail), "/usr/sbin/dma");
        tree.AddVm(100, "panic-255");
        string name = $"vm-{Path.GetFileName(tree.Root)[^6..]}-é";
        File.WriteAllText(
            tree.Config(100),
            File.ReadAllText(tree.Config(100)).Replace("vm100", name, StringComparison.Ordinal)
        );

        tree.Monitor("--notify").Error.ShouldBe("");

        string Arrived() => File.Exists(Mailbox) ? File.ReadAllText(Mailbox)[before.Length..] : "";
        SpinWait
            .SpinUntil(() => Arrived().Contains(name, StringComparison.Ordinal), TimeSpan.FromSeconds(30))
            .ShouldBeTrue(Arrived());
        Arrived().ShouldContain("\nSubject: =?UTF-8?B?");
        Arrived().ShouldContain($"VM 100 ({name}) on pve1 is critical.");
    }

    private static HostTree Node(string? script, string more = "")
    {
        HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + $"[monitor]\nmail_to = \"root\"\n{more}");
        if (script is not null)
        {
            tree.AddScript(Sendmail, script);
        }

        return tree;
    }
}
