using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Pve.Tests.Config;

/// <summary>Configurations as they come and go on pmxcfs.</summary>
public sealed class VmConfigFileTests
{
    [Fact]
    public void A_reader_does_not_believe_that_a_file_being_replaced_is_gone()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        using CancellationTokenSource done = new();
        Thread writer = new(() =>
        {
            while (!done.IsCancellationRequested)
            {
                File.Move(tree.Config(100), tree.Config(100) + ".away");
                File.Move(tree.Config(100) + ".away", tree.Config(100));
                Thread.Sleep(1);
            }
        });

        writer.Start();
        for (int i = 0; i < 300; i++)
        {
            VmConfigFile.Open(new(tree.Root), 100).ShouldNotBeNull();
        }

        done.Cancel();
        writer.Join();
    }

    [Fact]
    public void An_edit_of_somebody_else_is_kept()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        VmConfigFile file = VmConfigFile.Open(new(tree.Root), 100).ShouldNotBeNull();
        File.WriteAllText(tree.Config(100), "name: theirs\n");

        file.EditArgs(_ => new("-a"), new(".test-")).ShouldBe(ConfigEdit.Raced);

        File.ReadAllText(tree.Config(100)).ShouldBe("name: theirs\n");
        Directory.GetFiles(tree.Path("/etc/pve/qemu-server")).ShouldHaveSingleItem();
    }

    [Fact]
    public void Only_configurations_are_listed()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        tree.AddVm(20000);
        foreach (
            string other in new[]
            {
                "100.conf.tmp.123",
                "103-old.conf",
                "abc.conf",
                "99.conf",
                ".100.conf.swp",
                "100.conf.lamboot-1",
            }
        )
        {
            tree.Write("/etc/pve/qemu-server/" + other, "");
        }

        VmConfigFile.List(new(tree.Root)).ShouldBe([100, 20000]);
    }

    /// <summary>A node without VMs is a valid answer; if pmxcfs is not mounted, there is none.</summary>
    [Fact]
    public void An_empty_folder_has_no_VM_and_a_missing_one_is_an_error()
    {
        using HostTree tree = new();
        string folder = Path.Combine(tree.Root, "etc/pve/qemu-server");
        Directory.CreateDirectory(folder);
        VmConfigFile.List(new(tree.Root)).ShouldBeEmpty();

        Directory.Delete(folder);

        Should
            .Throw<HostException>(() => VmConfigFile.List(new(tree.Root)))
            .Message.ShouldBe(
                $"cannot read {folder}: No such file or directory; is pve-cluster running? (systemctl status pve-cluster)"
            );
    }
}
