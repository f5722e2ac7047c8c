namespace LamBoot.EndToEnd.Tests.Debian;

/// <summary>A clone of a Debian guest, through every channel.</summary>
public sealed class GuestCloneTests
{
    [Fact]
    public void Its_first_boot_has_its_own_identity_by_every_channel()
    {
        using DebianGuest guest = new();
        guest.AddAttached("db");
        string document = File.ReadAllText(guest.Node.Tree.Document(100));
        guest.Node.Clone(100, 101, full: true);

        Dictionary<string, string> printed = guest.Boot(101);

        (printed["credential.vmid"], printed["fw_cfg.vmid"]).ShouldBe(("101\n", "101\n"));
        printed["hostname"].ShouldBe("db-101\n");
        File.ReadAllText(guest.Node.Tree.Document(100)).ShouldBe(document); // lent and restored
        DebianGuest.SkipWithoutNewQemu();
        printed["smbios"].ShouldContain("lamboot.vmid=101");
        printed["smbios"].ShouldNotContain("lamboot.vmid=100");
        File.ReadAllText(guest.Node.Tree.Path("/var/lib/lamboot/100.vmid")).ShouldBe("lamboot.vmid=100");
    }
}
