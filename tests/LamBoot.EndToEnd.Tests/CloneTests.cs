namespace LamBoot.EndToEnd.Tests;

/// <summary>A template and its clones, started together: each guest reads its own identity at its first boot.</summary>
public sealed class CloneTests
{
    private static readonly int[] Clones = [101, 102, 103, 104, 105];

    [Theory]
    [InlineData("vm-900-disk-0.raw", true)]
    [InlineData("base-900-disk-0.qcow2", false)]
    public void Every_clone_learns_its_own_identity_at_its_first_boot(string image, bool full)
    {
        using GuestNode node = new();
        node.AddVm(900, image: image);
        GuestBoot source = node.Boot(900, "ok");
        foreach (int clone in Clones)
        {
            node.Clone(900, clone, full);
        }

        Clones.AsParallel().WithDegreeOfParallelism(Clones.Length).ForAll(clone => node.Start(clone, "ok poweroff"));

        foreach (int clone in Clones)
        {
            GuestBoot boot = node.Ended(clone);
            boot.Text("vmid").ShouldBe($"{clone}");
            boot.Found.ShouldBe(source.Wrote); // a copy of the source's store
        }

        foreach (int vmid in new[] { 900, 101 })
        {
            node.Boot(vmid, "ok").Text("vmid").ShouldBe($"{vmid}");
        }
    }
}
