using System.Diagnostics;
using System.Globalization;
using LamBoot.Testing.Trees;

namespace LamBoot.Testing.Nodes;

/// <summary>
/// A cluster in network namespaces: this node, <c>pve1</c>, and others, each with a real sshd and its own host tree. Everything is deleted
/// with the test.
/// </summary>
public sealed class NodeNetwork : IDisposable
{
    private const int Own = 1;
    private const int StartSeconds = 20;

    private readonly string _prefix = $"lb{Environment.ProcessId}n";
    private readonly Dictionary<int, HostTree> _trees = [];
    private readonly Dictionary<int, (bool IsOnline, bool HasAddress)> _members = [];
    private readonly List<Process> _servers = [];

    private NodeNetwork()
    {
        Tree = new();
        Tree.Write("/usr/bin/ssh", $"#!/bin/sh\nexec /usr/bin/ssh -F none -i {Tree.Path("/key")} \"$@\"\n");
        Shell($"chmod 755 {Tree.Path("/usr/bin/ssh")}; ssh-keygen -q -t ed25519 -N '' -f {Tree.Path("/key")}");
        string space = Space(Own);
        Shell($"ip netns add {space}; ip -n {space} link set lo up");
        _members[Own] = (true, true);
    }

    /// <summary>This node's host tree.</summary>
    public HostTree Tree { get; }

    /// <summary>Creates one, if the machine allows it.</summary>
    /// <param name="why">Why it does not.</param>
    /// <returns>The network; null if there is none.</returns>
    public static NodeNetwork? TryCreate(out string why)
    {
        why =
            !File.Exists("/usr/sbin/sshd") || !File.Exists("/usr/bin/ssh") ? "openssh-server cannot be installed here"
            : !File.Exists("/usr/sbin/ip") && !File.Exists("/sbin/ip") ? "iproute2 cannot be installed here"
            : ProgramResult
                .Shell(
                    "n=lbtry$$; ip netns add $n && ip -n $n link add v0 type veth peer name v1; r=$?; ip netns del $n; exit $r"
                )
                .ExitCode != 0
                ? "network namespaces cannot be made here"
            : "";
        return why.Length == 0 ? new() : null;
    }

    /// <summary>The address of a node.</summary>
    public static string Address(int node) => $"10.99.0.{node.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Adds a node with an sshd, where root finds programs in a folder of its tree before the system's.</summary>
    /// <param name="node">Its number.</param>
    /// <param name="programs">Scripts by name; if null, the programs in out/bin.</param>
    /// <returns>Its host tree.</returns>
    public HostTree Add(int node, params (string Name, string Script)[]? programs)
    {
        HostTree tree = new();
        _trees[node] = tree;
        _members[node] = (true, true);
        tree.Write("/etc/hostname", $"pve{node}\n");
        string path = programs is null ? Repository.File("out", "bin") : tree.Path("/programs");
        foreach ((string name, string script) in programs ?? [])
        {
            tree.Write($"/programs/{name}", $"#!/bin/sh\n{script}\n");
            Shell($"chmod 755 {path}/{name}");
        }

        Link(node);
        Serve(node, tree, path);
        return tree;
    }

    /// <summary>Adds a node that is down, whether or not the cluster already knows it.</summary>
    public void AddDown(int node, bool isOnline) => _members[node] = (isOnline, isOnline);

    /// <summary>Writes the list of nodes as pmxcfs does.</summary>
    public void WriteMembers()
    {
        IEnumerable<string> nodes = _members.Select(each =>
            $"  \"pve{each.Key}\": {{ \"id\": {each.Key}, \"online\": {(each.Value.IsOnline ? 1 : 0)}"
            + (each.Value.HasAddress ? $", \"ip\": \"{Address(each.Key)}\"}}" : "}")
        );
        Tree.Write(
            "/etc/pve/.members",
            $$"""
            {
            "nodename": "pve1",
            "version": 7,
            "cluster": { "name": "prod", "version": 3, "nodes": {{_members.Count}}, "quorate": 1 },
            "nodelist": {
            {{string.Join(",\n", nodes)}}
              }
            }

            """
        );
    }

    /// <summary>Runs one of our programs on this node.</summary>
    public ProgramResult Run(string program, params string[] arguments) =>
        ProgramResult.Run(
            "ip",
            ["netns", "exec", Space(Own), Repository.File("out", "bin", program), .. arguments],
            ("LAMBOOT_ROOT", Tree.Root)
        );

    public void Dispose()
    {
        foreach (Process server in _servers)
        {
            server.Kill(entireProcessTree: true);
            server.WaitForExit();
            server.Dispose();
        }

        foreach (int node in _trees.Keys.Append(Own))
        {
            _ = ProgramResult.Shell($"ip netns pids {Space(node)} | xargs -r kill -9; ip netns del {Space(node)}");
        }

        foreach (HostTree tree in _trees.Values.Append(Tree))
        {
            tree.Dispose();
        }
    }

    private string Space(int node) => $"{_prefix}{node}";

    private void Link(int node)
    {
        (string space, string own) = (Space(node), Space(Own));
        Shell(
            $"ip netns add {space}; ip -n {space} link set lo up; "
                + $"ip -n {own} link add v{node} type veth peer name eth0 netns {space}; "
                + $"ip -n {own} addr add {Address(Own)} peer {Address(node)} dev v{node}; ip -n {own} link set v{node} up; "
                + $"ip -n {space} addr add {Address(node)} peer {Address(Own)} dev eth0; ip -n {space} link set eth0 up"
        );
    }

    /// <summary>Starts an sshd. The host's key is where Proxmox VE keeps it, by the node's name.</summary>
    private void Serve(int node, HostTree tree, string path)
    {
        tree.Write(
            "/sshd_config",
            $"""
            ListenAddress {Address(node)}
            HostKey {tree.Path("/host_key")}
            PidFile none
            AuthorizedKeysFile {Tree.Path("/key.pub")}
            StrictModes no
            PermitRootLogin prohibit-password
            SetEnv LAMBOOT_ROOT={tree.Root} PATH={path}:/usr/bin:/bin

            """
        );
        Shell($"mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f {tree.Path("/host_key")}");
        string key = File.ReadAllText(tree.Path("/host_key.pub"));
        Tree.Write($"/etc/pve/nodes/pve{node}/ssh_known_hosts", $"pve{node} {key}");
        string[] server = ["/usr/sbin/sshd", "-D", "-e", "-f", tree.Path("/sshd_config")];
        ProcessStartInfo start = new("ip", ["netns", "exec", Space(node), .. server]) { RedirectStandardError = true };
        Process process = Process.Start(start)!;
        _servers.Add(process);
        Task<bool> isUp = Task.Run(() =>
        {
            string? line;
            while (
                (line = process.StandardError.ReadLine())?.Contains("listening on", StringComparison.Ordinal) == false
            ) { }
            return line is not null;
        });
        if (!isUp.Wait(TimeSpan.FromSeconds(StartSeconds)) || !isUp.Result)
        {
            throw new TimeoutException($"the sshd of pve{node} does not start");
        }

        _ = process.StandardError.ReadToEndAsync(); // otherwise a full pipe would block it
    }

    private static void Shell(string script)
    {
        ProgramResult result = ProgramResult.Shell("set -e; " + script);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"{script}: {result.Error}");
        }
    }
}
