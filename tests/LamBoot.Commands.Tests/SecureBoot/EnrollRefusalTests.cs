using System.Diagnostics;

namespace LamBoot.Commands.Tests.SecureBoot;

/// <summary><c>enroll VMID</c>: what cannot be done is reported in one line, and nothing changes.</summary>
public sealed class EnrollRefusalTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_certificate_that_dbx_forbids_is_not_enrolled(bool isInStore)
    {
        using StoreNode node = new("raw");
        if (isInStore)
        {
            node.Tree.Hook(["enroll", "100", "--cert", node.Other, "--dbx", node.Certificate]).ExitCode.ShouldBe(0);
        }

        ProgramResult result = isInStore ? node.Enroll() : node.Enroll("--dbx", node.Certificate);

        result.ShouldBe(
            new(
                1,
                "",
                "lamboot-hook: certificate 'LamBoot Test' is in both --cert and dbx, which forbids what it signed: remove it from one\n"
            )
        );
    }

    [Fact]
    public void A_containers_number_is_told() =>
        Refusal(200, "200 is a container: it has no UEFI firmware", ("/etc/pve/lxc/200.conf", "ostype: debian\n"));

    [Fact]
    public void A_number_of_no_VM_is_told() =>
        Refusal(300, "no VM 300 on this node (/etc/pve/qemu-server/300.conf); qm list shows the VMs here");

    private static void Refusal(int vmid, string reason, params (string Path, string Text)[] files)
    {
        using StoreNode node = new("raw");
        foreach ((string path, string text) in files)
        {
            node.Tree.Write(path, text);
        }

        node.Tree.Hook(["enroll", $"{vmid}", "--cert", node.Certificate])
            .ShouldBe(new(1, "", $"lamboot-hook: {reason}\n"));
    }

    /// <summary>An NFS server that is gone: one line, exit 1, and the VM's lock is released.</summary>
    [Theory]
    [InlineData("enroll")]
    [InlineData("inspect")]
    public void Storage_that_hangs_is_given_up(string command)
    {
        using StoreNode node = new("raw");
        using FuseMount mount = new(node.Tree, node.Tree.Path("/mnt/nas"));
        node.Tree.Write("/etc/pve/storage.cfg", "dir: nas\n\tpath /mnt/nas\n");
        string image = node.Tree.Path("/mnt/nas/images/100/vm-100-disk-0.raw");
        Directory.CreateDirectory(Path.GetDirectoryName(image)!);
        File.Copy(StoreNode.Ms, image);
        string config = File.ReadAllText(node.Tree.Config(100)).Replace("local:", "nas:", StringComparison.Ordinal);
        File.WriteAllText(node.Tree.Config(100), config);
        mount.Hang();

        Stopwatch watch = Stopwatch.StartNew();
        ProgramResult result = command == "enroll" ? node.Enroll() : node.Tree.Hook(["inspect", "100"]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldMatch("^lamboot-hook: VM 100[^\n]* did not answer within 20 s; check for hung storage\n$");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(40));
        ProgramResult.Shell("flock -n \"$1\" true", node.Tree.LockFile(100)).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("runs", "VM 100 is running, and its firmware owns the store: qm shutdown 100 first")]
    [InlineData("locked", "holds VM 100's lock; try again")]
    [InlineData("template", "VM 100 is a template")]
    [InlineData("backup", "VM 100 has 'lock: backup'")]
    [InlineData("bios", "VM 100 has no 'bios: ovmf'")]
    [InlineData("no disk", "VM 100 has no efidisk0")]
    [InlineData("reclaim", "the firmware has not finished a reclaim of the store: start the VM once")]
    [InlineData("plain", "the store has no authenticated variables")]
    [InlineData("full", "the variable store is full")]
    [InlineData("key", "is not a PEM or DER certificate")]
    public void What_cannot_be_is_refused_and_nothing_changes(string trouble, string reason)
    {
        using StoreNode node = new("raw");
        using Process? holder = node.Trouble(trouble);
        byte[] before = File.ReadAllBytes(node.Tree.ImagePath(100));

        ProgramResult result = node.Enroll();

        holder?.Kill(entireProcessTree: true);
        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(reason);
        result.Error.Count(c => c == '\n').ShouldBe(1);
        File.ReadAllBytes(node.Tree.ImagePath(100)).ShouldBe(before);
    }
}
