using System.Globalization;
using System.Text.Json;
using LamBoot.Faults.Judging;
using LamBoot.Faults.Tracing;
using LamBoot.Testing;
using LamBoot.Testing.Trees;

namespace LamBoot.Faults;

/// <summary>
/// A node with an ordinary VM, the owner of a document, a clone of it, and a VM without the hook; and the supervisors that run programs on it.
/// </summary>
public sealed class Node : IDisposable
{
    public const int Ordinary = 100;
    public const int Clone = 101;
    public const int Plain = 102;
    public const int OtherClone = 103;
    public const int Owner = 900;

    private const string Fleet =
        HostTree.FleetOfTags
        + """
            [hookscript]
            lease_wait_seconds = 3
            deadline_seconds = 2

            """;

    /// <summary>Creates one in which each attached VM except the clones has been started once.</summary>
    public Node()
    {
        Tree.AddQm();
        Tree.Write("/etc/lamboot/fleet.toml", Fleet);
        AddVm(Ordinary, Args(Ordinary));
        AddVm(Owner, Args(Owner));
        AddVm(Clone, "args: -a " + HostTree.Args + "900.json\n");
        AddVm(OtherClone, "args: -a " + HostTree.Args + "900.json\n");
        AddVm(Plain, "");
        Supervisor = new(Tree.Root);
        Second = new(Tree.Root);
        foreach (int vmid in (int[])[Ordinary, Owner])
        {
            _ = Start(vmid) is { } trouble ? throw new InvalidOperationException(trouble) : true;
        }

        Directory.Delete(Tree.Path("/run/lamboot"), recursive: true);
        Tree.Write("/var/log/lamboot/fleet.jsonl", "");
        Phase(Owner, "post-stop");
        Directory.CreateDirectory(Tree.Path("/run/lamboot"));
        Base = TreeState.Of(Tree.Root);
    }

    public HostTree Tree { get; } = new();

    /// <summary>Runs what is under test.</summary>
    public Supervisor Supervisor { get; }

    /// <summary>Runs what comes in between.</summary>
    public Supervisor Second { get; }

    /// <summary>Its initial state.</summary>
    public TreeState Base { get; }

    public static string HookPath => Repository.File("out", "bin", "lamboot-hook");

    public static string CommandsPath => Repository.File("out", "bin", "lamboot-hook-commands");

    public static string MonitorPath => Repository.File("out", "bin", "lamboot-pve-monitor");

    /// <summary>The command line of a phase.</summary>
    public static string[] PhaseOf(int vmid, string phase) => [HookPath, Number(vmid), phase];

    /// <summary>Runs a phase without a fault. The VM's lock is held by the supervisor, or by nobody.</summary>
    public Ran Phase(int vmid, string phase) => Supervisor.Run(Fault.None, null, PhaseOf(vmid, phase));

    /// <summary>Starts a VM like <c>qm start</c>; returns what is wrong with it, or null.</summary>
    public string? Start(int vmid)
    {
        Supervisor.Lock(Tree.LockFile(vmid));
        try
        {
            string? opened = Opened(vmid);
            Ran pre = Phase(vmid, "pre-start");
            string? trouble =
                !pre.Exited(0) ? $"pre-start of VM {vmid}: {pre.End}: {pre.Error}"
                : opened is null ? null
                : Trouble(opened, vmid);
            Ran post = Phase(vmid, "post-start");
            return trouble ?? (post.Exited(0) ? null : $"post-start of VM {vmid}: {post.End}: {post.Error}");
        }
        finally
        {
            Supervisor.Unlock();
        }
    }

    /// <summary>The identity file that a QEMU started now would open, according to the args line in memory.</summary>
    public string? Opened(int vmid)
    {
        const string Item = "opt/lamboot/config,file=";
        string args = File.ReadLines(Tree.Config(vmid))
            .TakeWhile(line => !line.StartsWith('['))
            .LastOrDefault(line => line.StartsWith("args:", StringComparison.Ordinal), "");
        int at = args.IndexOf(Item, StringComparison.Ordinal);
        return at < 0 ? null : args[(at + Item.Length)..].Split(' ', ',')[0];
    }

    /// <summary>What is wrong with what a VM's QEMU reads; null if it is the VM's own identity.</summary>
    public string? Trouble(string opened, int vmid, bool mayLackRole = false)
    {
        if (!File.Exists(Tree.Path(opened)))
        {
            return $"QEMU of VM {vmid} finds no {opened}";
        }

        string text = File.ReadAllText(Tree.Path(opened));
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            string? read = document.RootElement.GetProperty("vmid").GetString();
            string? role = document.RootElement.GetProperty("role").GetString();
            bool isOwn = read == Number(vmid) && (mayLackRole || role == (vmid % 2 == 0 ? "even" : "odd"));
            return isOwn ? null : $"QEMU of VM {vmid} reads the identity of VM {read}, role '{role}'";
        }
        catch (JsonException)
        {
            return $"QEMU of VM {vmid} reads what is no JSON: {text}";
        }
    }

    public void Dispose()
    {
        Supervisor.Dispose();
        Second.Dispose();
        Tree.Dispose();
    }

    private static string Args(int vmid) => $"args: {HostTree.Args}{vmid}.json\n";

    private void AddVm(int vmid, string args)
    {
        string hook = args.Length > 0 ? "hookscript: local:snippets/lamboot-hook\n" : "";
        Tree.AddVm(vmid, "confirmed-2m", $"tags: {(vmid % 2 == 0 ? "even" : "odd")}\n{hook}{args}");
        string config = File.ReadAllText(Tree.Config(vmid));
        File.WriteAllText(Tree.Config(vmid), config.Replace(",efitype=4m,size=528K", "", StringComparison.Ordinal));
        File.WriteAllText(Tree.LockFile(vmid), "");
    }

    private static string Number(int vmid) => vmid.ToString(CultureInfo.InvariantCulture);
}
