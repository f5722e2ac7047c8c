using System.Diagnostics;

namespace LamBoot.Commands.Tests.Attach;

/// <summary>The identity document, which others may name or hold.</summary>
public sealed class AttachedDocumentTests
{
    [Fact]
    public void A_document_that_a_clone_or_snapshot_names_stays()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100);
        tree.Hook(["attach", "100"]);
        tree.AddVm(101, more: $"args: {AttachedTree.Item}\n");

        ProgramResult result = tree.Hook(["detach", "100"]);

        result.Output.ShouldBe(
            "VM 100 (vm100): detached; keeping /var/lib/lamboot/100.json, still referenced by a configuration or snapshot\n"
        );
        File.Exists(tree.Document(100)).ShouldBeTrue();
        File.WriteAllText(tree.Config(101), "bios: ovmf\n");
        tree.Hook(["detach", "100"]).Output.ShouldBe("VM 100 (vm100): already detached\n");
        File.Exists(tree.Document(100)).ShouldBeFalse();
    }

    /// <summary>
    /// The document is not the VM's own while a clone's start holds it: attach writes to the copy that will be restored, not to the
    /// document.
    /// </summary>
    [Fact]
    public void A_document_that_is_lent_is_left_alone()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100);
        tree.Hook(["attach", "100"]);
        tree.AddVm(101, more: $"args: {AttachedTree.Item}\nhookscript: local:snippets/lamboot-hook\n");
        using Process start = VmStart.Begin(tree, 101, "until [ -e \"$1/go\" ]; do sleep 0.05; done");
        while (AttachedTree.Document(tree, 100).GetProperty("vmid").GetString() != "101")
        {
            Thread.Sleep(10);
        }

        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml.Replace("webserver", "new", StringComparison.Ordinal));
        ProgramResult result = tree.Hook(["attach", "100"]);

        result.ExitCode.ShouldBe(0, result.Error);
        AttachedTree.Document(tree, 100).GetProperty("vmid").GetString().ShouldBe("101");
        tree.Write("/go", "");
        start.StandardOutput.ReadToEnd().ShouldContain("\"vmid\": \"101\"");
        start.WaitForExit();
        AttachedTree.Document(tree, 100).GetProperty("vmid").GetString().ShouldBe("100");
        AttachedTree.Document(tree, 100).GetProperty("role").GetString().ShouldBe("new");
    }
}
