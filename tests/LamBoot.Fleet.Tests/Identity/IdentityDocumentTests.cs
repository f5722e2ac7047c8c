using System.Text;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Tests.Identity;

/// <summary>What the guest learns about itself.</summary>
public sealed class IdentityDocumentTests
{
    private static readonly DateTimeOffset Then = new(2026, 4, 22, 16, 37, 22, TimeSpan.FromHours(2));

    [Fact]
    public void It_is_the_contracts_document()
    {
        Json(FleetToml.Parse("schema_version=1\nfleet.id=\"prod-cluster-01\"\nroles.100=\"webserver\""u8, "f").Config)
            .ShouldBe(
                """
                {
                  "vmid": "100",
                  "fleet_id": "prod-cluster-01",
                  "role": "webserver",
                  "hostname": "pve-node-01",
                  "schema_version": "v1",
                  "written_by": "lamboot-hook 0.1.0",
                  "written_at": "2026-04-22T14:37:22Z",
                  "tags_at_setup": ["web", "nginx"]
                }

                """
            );
    }

    [Fact]
    public void Fleet_and_role_are_empty_where_none_applies()
    {
        string json = Json(new FleetConfig());

        json.ShouldContain("\"fleet_id\": \"\",");
        json.ShouldContain("\"role\": \"\",");
    }

    [Fact]
    public void What_is_not_injected_is_absent()
    {
        string json = Json(
            FleetToml
                .Parse(
                    "schema_version=1\nfleet.id=\"f\"\nhookscript={inject_fleet_id=false,inject_role=false,inject_vmid=false}"u8,
                    "f"
                )
                .Config
        );

        json.ShouldNotContain("fleet_id");
        json.ShouldNotContain("role");
        json.ShouldNotContain("vmid");
    }

    [Fact]
    public void It_is_written_for_all_to_read_and_read_back()
    {
        using HostTree tree = new();
        IdentityDocument document = Document(new FleetConfig());

        document.Write(tree.Document(100));

        File.GetUnixFileMode(tree.Document(100)).ShouldBe((UnixFileMode)0x1a4);
        (IdentityDocument.Read(tree.Document(100))?.WrittenAt).ShouldBe(document.WrittenAt);
        IdentityDocument.Read(tree.Document(101)).ShouldBeNull();
    }

    [Fact]
    public void A_reader_sees_the_old_document_or_the_new()
    {
        using HostTree tree = new();
        IdentityDocument document = Document(new FleetConfig());
        document.Write(tree.Document(100));
        using CancellationTokenSource done = new();
        Task reader = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                IdentityDocument.Read(tree.Document(100)).ShouldNotBeNull();
            }
        });

        for (int i = 0; i < 200; i++)
        {
            (document with { Role = new string('r', i * 20) }).Write(tree.Document(100));
        }

        done.Cancel();
        Should.NotThrow(() => reader.Wait());
    }

    [Fact]
    public void What_is_no_document_is_told()
    {
        using HostTree tree = new();
        tree.Write("/var/lib/lamboot/100.json", "{\"vmid\":");

        Should
            .Throw<HostException>(() => IdentityDocument.Read(tree.Document(100)))
            .Message.ShouldEndWith("is not a valid identity file; the VM's next start rewrites it");
    }

    private static string Json(FleetConfig fleet) => Encoding.UTF8.GetString(Document(fleet).ToJson());

    private static IdentityDocument Document(FleetConfig fleet) =>
        IdentityDocument.For(100, new VmConfig("tags: web;nginx\n"u8), fleet, "pve-node-01", Then);
}
