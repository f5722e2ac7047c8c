namespace LamBoot.Testing.Trees;

/// <summary>
/// What <c>attach</c>, <c>detach</c> and <c>check</c> need on a node: the snippet, and a <c>qm</c> that follows Proxmox VE's rules.
/// </summary>
public static class QmTree
{
    public const string Qm = "/usr/sbin/qm";
    public const string Snippet = "/var/lib/vz/snippets/lamboot-hook";

    /// <summary>Adds them, and a fleet.toml.</summary>
    public static HostTree AddQm(this HostTree tree)
    {
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        Link(tree, Qm, "tests", "e2e", "qm");
        Link(tree, Snippet, "out", "bin", "lamboot-hook");
        return tree;
    }

    /// <summary>Puts a shell script in place of a program.</summary>
    public static void AddScript(this HostTree tree, string hostPath, string script)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(tree.Path(hostPath))!);
        File.Delete(tree.Path(hostPath)); // it may be a link to the one in the repository
        tree.Write(hostPath, "#!/bin/sh\n" + script);
        File.SetUnixFileMode(tree.Path(hostPath), (UnixFileMode)0x1ed);
    }

    private static void Link(HostTree tree, string hostPath, params string[] target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(tree.Path(hostPath))!);
        File.CreateSymbolicLink(tree.Path(hostPath), Repository.File(target));
    }
}
