using LamBoot.Testing;
using LamBoot.Testing.Stores;

namespace LamBoot.Faults;

/// <summary>All runs into which faults are injected.</summary>
public static class Subjects
{
    private static readonly string[] Phases = ["pre-start", "post-start", "pre-stop", "post-stop"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Subject> All { get; } =
    [
        .. Phases.Select(phase => Phase(Node.Ordinary, phase, "ordinary")),
        .. Phases.Select(phase => Phase(Node.Clone, phase, "clone")),
        Phase(Node.Plain, "pre-start", "first start of an attached"),
        .. AfterDeaths(),
        .. Commands(),
        .. Snippets(),
    ];

    /// <summary>The subject with a name.</summary>
    public static Subject Named(string name) => All.Single(subject => subject.Name == name);

    /// <summary>A phase of a VM, within a whole start if it belongs to one.</summary>
    public static Subject Phase(int vmid, string phase, string name) =>
        new(
            $"{name} {phase}",
            vmid == Node.Clone && phase == "pre-start" ? RunKind.CarefulPhase : RunKind.Phase,
            vmid,
            Node.PhaseOf(vmid, phase)
        )
        {
            Before = phase == "post-start" ? ["pre-start"] : [],
            Prepare = phase.Contains("stop", StringComparison.Ordinal) ? node => node.Start(vmid) : _ => { },
        };

    /// <summary>Phases that find what a start left that was killed between pre-start and post-start, possibly by a power failure.</summary>
    private static IEnumerable<Subject> AfterDeaths()
    {
        foreach ((int vmid, string name) in ((int, string)[])[(Node.Clone, "clone"), (Node.Owner, "owner")])
        {
            foreach (bool isWiped in (bool[])[false, true])
            {
                yield return Phase(
                    vmid,
                    "pre-start",
                    $"{name}, another clone's start died{(isWiped ? ", /run wiped" : "")},"
                ) with
                {
                    Kind = RunKind.CarefulPhase,
                    Prepare = node => Die(node, Node.OtherClone, isWiped),
                };
            }
        }

        foreach (string phase in (string[])["pre-start", "post-start", "post-stop"])
        {
            yield return Phase(Node.Clone, phase, "clone, its own start died,") with
            {
                Kind = phase == "pre-start" ? RunKind.CarefulPhase : RunKind.Phase,
                Before = [],
                Prepare = node => Die(node, Node.Clone, isWiped: false),
            };
        }
    }

    private static IEnumerable<Subject> Commands()
    {
        yield return Command("attach", RunKind.Change, "attach", "102");
        yield return Command("detach", RunKind.Change, "detach", "100");
        yield return Command("restore", RunKind.Change, "restore", "100") with
        {
            Prepare = KeepABackup,
        };
        foreach (
            string[] change in (string[][])
                [
                    ["reset"],
                    ["rescue"],
                    ["boot", "--next", "0001"],
                ]
        )
        {
            string[] words = [change[0], "100", .. change[1..]];
            yield return Command(string.Join(' ', change), RunKind.Change, words) with
            {
                Vmid = Node.Ordinary,
            };
        }

        yield return Command("boot", RunKind.Look, "boot", "100");
        yield return Command("boot --json", RunKind.Look, "boot", "100", "--json");
        yield return Command("inspect", RunKind.Look, "inspect", "100");
        yield return Command("inspect --json", RunKind.Look, "inspect", "101", "--json");
        yield return Command("check", RunKind.Look, "check");
        yield return Command("check --json", RunKind.Look, "check", "--json");
        yield return Command("history", RunKind.Look, "history", "900");
        yield return Command("history --json", RunKind.Look, "history", "900", "--json");
        yield return new("survey", RunKind.Look, 0, [Node.MonitorPath]);
        yield return new("survey --json", RunKind.Look, 0, [Node.MonitorPath, "--json"]);
        yield return new(
            "enroll",
            RunKind.Change,
            Node.Ordinary,
            [Node.CommandsPath, "enroll", "100", "--cert", Subject.Below + "/cert.pem"]
        )
        {
            Prepare = PrepareEnrolment,
        };
        yield return new(
            "survey --textfile",
            RunKind.Change,
            0,
            [Node.MonitorPath, "--textfile", Subject.Below + "/metrics.prom"]
        );
    }

    /// <summary>The snippet, with faults where the program itself cannot report anything, including the start of its runtime.</summary>
    private static IEnumerable<Subject> Snippets()
    {
        foreach ((int vmid, string name) in ((int, string)[])[(Node.Ordinary, "ordinary"), (Node.Clone, "clone")])
        {
            Subject direct = Phase(vmid, "pre-start", name);
            yield return direct with
            {
                Name = $"snippet, {direct.Name}",
                Command = ["/bin/sh", Subject.Below + "/snippet", .. direct.Command.Skip(1)],
                Program = Node.HookPath,
                Prepare = AddSnippet,
            };
        }
    }

    private static Subject Command(string name, RunKind kind, params string[] words) =>
        new(name, kind, 0, [Node.CommandsPath, .. words]);

    private static void Die(Node node, int vmid, bool isWiped)
    {
        node.Supervisor.Lock(node.Tree.LockFile(vmid));
        node.Phase(vmid, "pre-start");
        node.Supervisor.Unlock();
        if (isWiped)
        {
            Directory.Delete(node.Tree.Path("/run/lamboot"), recursive: true);
        }
    }

    private static void KeepABackup(Node node)
    {
        Directory.CreateDirectory(node.Tree.Path("/var/lib/lamboot/backup"));
        byte[] store = CorpusImage.Get("template-2m-ms").ReadBytes();
        File.WriteAllBytes(node.Tree.Path("/var/lib/lamboot/backup/100-20260101T000000.000Z.fd"), store);
    }

    private static void PrepareEnrolment(Node node)
    {
        CorpusImage.Get("template-2m-ms").WriteTo(node.Tree.ImagePath(Node.Ordinary));
        ProgramResult made = ProgramResult.Run(
            "openssl",
            [
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "/dev/null",
                "-out",
                node.Tree.Path("/cert.pem"),
                "-days",
                "30",
                "-subj",
                "/CN=Faults",
            ]
        );
        _ = made.ExitCode == 0 ? 0 : throw new InvalidOperationException(made.Error);
    }

    private static void AddSnippet(Node node)
    {
        string script = File.ReadAllText(Repository.File("hookscripts", "lamboot-hook"));
        node.Tree.Write(
            "/snippet",
            script.Replace("program=/usr/local/bin/lamboot-hook", $"program={Node.HookPath}", StringComparison.Ordinal)
        );
    }
}
