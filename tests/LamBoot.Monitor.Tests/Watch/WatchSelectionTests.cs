namespace LamBoot.Monitor.Tests.Watch;

/// <summary><c>--watch</c>: what is told of a VM that is no longer watched, and of one about which only the host has news.</summary>
public sealed class WatchSelectionTests
{
    [Fact]
    public async Task A_VM_that_loses_its_tag_is_not_gone()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m", "tags: web\n");
        using Watching watch = new(tree, ["--tag", "web"]);
        (await watch.Line()).ShouldStartWith("NOW VM 100 (vm100): healthy: ");

        File.WriteAllText(
            tree.Config(100),
            File.ReadAllText(tree.Config(100)).Replace("tags: web", "tags: db", StringComparison.Ordinal)
        );

        await watch.Surveys(2);
        tree.AddVm(101, "confirmed-4m", "tags: web\n");
        (await watch.Line()).ShouldStartWith("NOW VM 101 (vm101): healthy: ");
    }

    [Fact]
    public async Task A_VM_that_recovers_is_told_as_it_is_now()
    {
        using HostTree tree = new();
        tree.AddVm(100, "panic-255");
        using Watching watch = new(tree, ["--status", "critical"]);
        (await watch.Line()).ShouldStartWith("NOW VM 100 (vm100): critical: ");

        CorpusImage.Get("confirmed-4m").WriteTo(tree.ImagePath(100));

        (await watch.Line()).ShouldStartWith("NOW VM 100 (vm100): critical -> healthy: its guest confirmed the boot");
    }

    /// <summary>A survey may fall between QEMU's end and what post-stop writes about it; the image does not change any more.</summary>
    [Fact]
    public async Task What_a_phase_writes_counts_at_once()
    {
        using HostTree tree = new();
        tree.AddVm(100, "kill-small-08"); // Booting, 2 crashes
        using Watching watch = new(tree, []);
        (await watch.Line()).ShouldStartWith("NOW VM 100 (vm100): warning: ");

        tree.WasConfirmed(100);

        (await watch.Line()).ShouldStartWith(
            "NOW VM 100 (vm100): warning -> critical: crash loop: 3 boots in a row not confirmed"
        );
    }
}
