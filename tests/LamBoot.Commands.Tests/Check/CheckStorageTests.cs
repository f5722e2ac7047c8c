using System.Diagnostics;
using System.Text.Json;

namespace LamBoot.Commands.Tests.Check;

/// <summary><c>check</c> when a storage with EFI disks does not answer.</summary>
public sealed class CheckStorageTests
{
    /// <summary>An NFS server that is gone is waited for once, and VMs elsewhere are still checked.</summary>
    [Fact]
    public void A_storage_that_hangs_is_waited_for_once()
    {
        using HostTree tree = CheckTree.Healthy();
        using FuseMount mount = new(tree, tree.Path("/mnt/nas"));
        tree.Write("/etc/pve/storage.cfg", "dir: nas\n\tpath /mnt/nas\n");
        tree.Hook(["attach", "102"]).ExitCode.ShouldBe(0);
        tree.Hook(["boot", "102", "--next", "0002"]).ExitCode.ShouldBe(0);
        foreach (int vmid in (int[])[100, 101])
        {
            string image = tree.Path($"/mnt/nas/images/{vmid}/vm-{vmid}-disk-0.raw");
            Directory.CreateDirectory(Path.GetDirectoryName(image)!);
            File.Copy(tree.ImagePath(vmid), image);
            string config = File.ReadAllText(tree.Config(vmid));
            File.WriteAllText(
                tree.Config(vmid),
                config.Replace($"local:{vmid}", $"nas:{vmid}", StringComparison.Ordinal)
            );
        }

        mount.Hang();

        Stopwatch watch = Stopwatch.StartNew();
        ProgramResult result = tree.Hook(["check", "--json"]);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(38)); // the wait for one VM is 20 s
        result.ExitCode.ShouldBe(1);
        JsonDocument
            .Parse(result.Output)
            .RootElement.EnumerateArray()
            .Select(finding => $"{finding.GetProperty("id")} {finding.GetProperty("vmid")}")
            .ShouldBe(["unchecked 100", "vm-boot-next 102"]);
    }
}
