using System.Text;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Tests.Identity;

/// <summary>What a start gives the guest, depending on its args and the existing files.</summary>
public sealed class GivenIdentityTests
{
    private const string Item = "-fw_cfg name=opt/lamboot/config,file=";
    private const string Credential = "-fw_cfg name=opt/io.systemd.credentials/lamboot.identity,file=";

    [Theory]
    [InlineData("", GivenDocument.None)]
    [InlineData("-append x", GivenDocument.None)]
    [InlineData("-append 'x", GivenDocument.Faulty)]
    [InlineData($"{Item}/var/lib/lamboot/100.json", GivenDocument.Own)]
    [InlineData($"{Item}/var/lib//lamboot/100.json", GivenDocument.Own)]
    [InlineData($"{Item}/var/lib/lamboot/900.json", GivenDocument.Lent)]
    [InlineData($"{Item}/var/lib/lamboot/900.json {Item}/var/lib/lamboot/100.json", GivenDocument.Duplicate)]
    [InlineData($"{Item}/srv/nothing.json", GivenDocument.Missing)]
    [InlineData($"{Item}/srv/900.json", GivenDocument.Other)]
    public void Args_tell_what_the_next_start_gives(string args, GivenDocument given)
    {
        using HostTree tree = new();
        tree.Write("/var/lib/lamboot/100.json", Document(100));
        tree.Write("/srv/900.json", Document(900));

        Given(tree, args).Document.ShouldBe(given);
    }

    [Theory]
    [InlineData($"{Item}/var/lib/lamboot/900.json", null)]
    [InlineData($"{Item}/srv/100.json", null)]
    [InlineData($"{Item}/srv/notes.txt", null)]
    [InlineData($"{Item}/srv/900.json", "args points to /srv/900.json, which holds the identity of VM 900")]
    [InlineData(
        $"{Item}/var/lib/lamboot/100.json {Credential}/var/lib/lamboot/900.json",
        "args points to the identity files of VM 100 and VM 900"
    )]
    public void An_identity_of_another_that_no_phase_can_replace_is_named(string args, string? foreign)
    {
        using HostTree tree = new();
        tree.Write("/var/lib/lamboot/100.json", Document(100));
        tree.Write("/var/lib/lamboot/900.json", Document(900));
        tree.Write("/srv/100.json", Document(100));
        tree.Write("/srv/900.json", Document(900));
        tree.Write("/srv/notes.txt", "notes");

        Given(tree, args).Foreign.ShouldBe(foreign);
    }

    [Fact]
    public void A_document_of_its_own_may_be_elsewhere()
    {
        using HostTree tree = new();
        tree.Write("/srv/100.json", Document(100));

        GivenAtStart given = Given(tree, $"{Item}/srv/100.json");

        given.IsElsewhere.ShouldBeTrue();
        given.LeftAlone.ShouldBe(["/srv/100.json"]);
    }

    [Fact]
    public void A_file_that_cannot_be_read_may_be_anothers()
    {
        using HostTree tree = new();
        Directory.CreateDirectory(tree.Path("/srv"));
        File.CreateSymbolicLink(tree.Path("/srv/100.json"), "100.json");

        string? foreign = Given(tree, $"{Item}/srv/100.json").Foreign;

        foreign.ShouldNotBeNull().ShouldContain("may hold another VM's identity");
    }

    private static GivenAtStart Given(HostTree tree, string args)
    {
        VmConfig config = new(Encoding.UTF8.GetBytes($"args: {args}\nhookscript: local:snippets/lamboot-hook\n"));
        return new GivenIdentity(new HostRoot(tree.Root), new FleetConfig(), 100, config).Next();
    }

    private static string Document(int vmid) =>
        $$"""{"vmid": "{{vmid}}", "hostname": "pve1", "written_by": "x", "written_at": "x", "tags_at_setup": []}""";
}
