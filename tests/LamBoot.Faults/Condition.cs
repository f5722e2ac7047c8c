using LamBoot.Testing;

namespace LamBoot.Faults;

/// <summary>A problem on a host that lasts longer than one system call.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Apply">Causes it.</param>
/// <param name="Lift">Ends it.</param>
public sealed record Condition(string Name, Action<Node> Apply, Action<Node> Lift)
{
    private const string Documents = "/var/lib/lamboot";
    private const string Leases = Documents + "/state";
    private const UnixFileMode Folder = (UnixFileMode)0x1ed;
    private const UnixFileMode GroupFolder = (UnixFileMode)0x1fd;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Condition> All { get; } =
    [
        new("/var/lib/lamboot is full", Fill, Unmount),
        new("/var/lib/lamboot is read-only", MakeReadOnly, Unmount),
        new(
            "the folder of leases can be written by its group",
            node => SetMode(node, GroupFolder),
            node => SetMode(node, Folder)
        ),
        .. ((int[])[Node.Clone, Node.Owner]).Select(vmid => new Condition(
            $"the lease of VM {vmid} is a folder",
            node => MakeFolder(node.Tree.Path($"{Leases}/{vmid}.lease")),
            node => Directory.Delete(node.Tree.Path($"{Leases}/{vmid}.lease"), recursive: true)
        )),
        new("the document of VM 900 is a folder", MakeDocumentAFolder, RestoreDocument),
    ];

    private static void SetMode(Node node, UnixFileMode mode) => File.SetUnixFileMode(node.Tree.Path(Leases), mode);

    private static void MakeFolder(string path)
    {
        File.Delete(path);
        Directory.CreateDirectory(path);
    }

    // The documents are copied into the small file system, and back at its end.
    private static void Fill(Node node) =>
        Shell(
            node,
            """
            set -e
            cp -a "$1" "$1.kept"
            mount -t tmpfs -o size=64k,mode=755 none "$1"
            cp -a "$1.kept/." "$1"
            rm -r "$1.kept"
            dd if=/dev/zero of="$1/filler" bs=1k count=128 2>/dev/null || true
            """
        );

    private static void MakeReadOnly(Node node) =>
        Shell(node, "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\"");

    private static void Unmount(Node node) =>
        Shell(
            node,
            """
            set -e
            rm -f "$1/filler" 2>/dev/null || true
            cp -a "$1" "$1.kept"
            umount "$1"
            rm -rf "$1"
            mv "$1.kept" "$1"
            """
        );

    private static void MakeDocumentAFolder(Node node) =>
        Shell(node, "mv \"$1/900.json\" \"$1/../900.kept\" && mkdir \"$1/900.json\"");

    private static void RestoreDocument(Node node) =>
        Shell(node, "rm -rf \"$1/900.json\" && mv \"$1/../900.kept\" \"$1/900.json\"");

    private static void Shell(Node node, string script)
    {
        ProgramResult result = ProgramResult.Shell(script, node.Tree.Path(Documents));
        _ = result.ExitCode == 0 ? 0 : throw new InvalidOperationException($"{script}: {result.Error}");
    }
}
