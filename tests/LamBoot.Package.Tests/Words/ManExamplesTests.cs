namespace LamBoot.Package.Tests.Words;

/// <summary>The examples in the man pages work exactly as shown, in order, on a node with three VMs and a template.</summary>
public sealed class ManExamplesTests
{
    // The end of a command that runs on, and the exit code of one that reports the worst VM.
    private const int Ended = 124;
    private const int Critical = 2;

    public static TheoryData<string> Pages => [.. ManPage.Names];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Examples_work(string page)
    {
        using HostTree tree = Node();
        string[] examples = ManPage.Examples(page);

        examples.ShouldNotBeEmpty();
        foreach (string example in examples)
        {
            if (example.StartsWith("schema_version", StringComparison.Ordinal))
            {
                tree.Write("/fleet.toml.new", example);
                Run(tree, "lamboot-hook check --config fleet.toml.new").ShouldBe((0, ""));
                continue;
            }

            foreach (string command in example.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                bool isWatch = command.Contains("--watch", StringComparison.Ordinal);
                bool tells = command.Contains("--nagios", StringComparison.Ordinal);
                (int exitCode, string error) = Run(tree, isWatch ? $"timeout 3 {command}" : command);
                exitCode.ShouldBe(
                    isWatch ? Ended
                        : tells ? Critical
                        : 0,
                    $"{page}: {command}: {error}"
                );
            }
        }
    }

    /// <summary>An example that does not work is detected: the shell does not hide its failure.</summary>
    [Theory]
    [InlineData("lamboot-hook inspct 100")]
    [InlineData("lamboot-hook list --jsn | jq .")]
    [InlineData("systemctl enable --now lamboot-hook-clone.timer")]
    public void What_does_not_work_is_told(string command)
    {
        using HostTree tree = Node();

        Run(tree, command).ExitCode.ShouldNotBe(0);
    }

    private static (int ExitCode, string Error) Run(HostTree tree, string command)
    {
        Assert.SkipWhen(command.Contains("jq ") && !File.Exists("/usr/bin/jq"), "jq cannot be installed here");
        ProgramResult result = ProgramResult.Run(
            "bash",
            [
                "-c",
                $"set -o pipefail; cd \"$LAMBOOT_ROOT\" && PATH=$LAMBOOT_ROOT/usr/sbin:$1:$PATH && {command.Replace(" /var/", " $LAMBOOT_ROOT/var/", StringComparison.Ordinal)}",
                "bash",
                Repository.File("out", "bin"),
            ],
            ("LAMBOOT_ROOT", tree.Root)
        );
        return (result.ExitCode, result.Error);
    }

    private static HostTree Node()
    {
        HostTree tree = new HostTree().AddQm();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + "\n[monitor]\nrun = \"/usr/bin/true\"\n");
        tree.AddVm(100, "confirmed-4m", "tags: web\n");
        tree.AddVm(101, "single-03-4m-loop");
        tree.AddVm(102);
        tree.AddVm(900, "template-2m-ms");
        File.Copy(Repository.File("tests", "corpus", "lamboot-test.crt"), tree.Path("/lamboot.crt"));
        CorpusImage.Get("confirmed-4m").WriteTo(tree.Path("/OVMF_VARS.fd"));
        CorpusImage.Get("confirmed-4m").WriteTo(tree.Path("/var/lib/lamboot/backup/101-20261127T091500.000Z.fd"));
        tree.Write(
            "/etc/pve/.members",
            """{"nodename":"pve1","version":1,"cluster":{"name":"c","version":1,"nodes":1,"quorate":1},"nodelist":{"pve1":{"id":1,"online":1,"ip":"127.0.0.1"}}}"""
        );
        tree.AddScript("/usr/bin/true", "exit 0\n");
        tree.Write("/fleet.toml.new", HostTree.FleetToml);
        Directory.CreateDirectory(tree.Path("/var/lib/prometheus/node-exporter"));
        Directory.CreateDirectory(tree.Path("/var/www/html"));
        tree.AddScript(
            QmTree.Qm,
            $"case $1 in start | stop) exit 0 ;; esac\nexec {Repository.File("tests", "e2e", "qm")} \"$@\"\n"
        );
        string units = Repository.File("etc-examples", "systemd");
        tree.AddScript("/usr/sbin/systemctl", $"[ \"$1 $2\" = 'enable --now' ] && [ -f {units}/\"$3\" ]\n");
        ProgramResult
            .Shell(
                "mkdir -p \"${2%/*}\" && gzip -dc \"$1\" >\"$2\"",
                Repository.File("tests", "corpus", "crash", "k6.12-init-killed.fd.gz"),
                tree.ImagePath(102)
            )
            .ExitCode.ShouldBe(0);
        tree.Phase(102, "post-stop").ExitCode.ShouldBe(0);
        return tree;
    }
}
