using System.Text;
using System.Text.Json;
using CsCheck;
using LamBoot.Fleet.Identity;

namespace LamBoot.Fleet.Tests.Identity;

/// <summary>The loader reads what the host writes, whatever the names of VMs, nodes and fleets.</summary>
public sealed class LoaderScannerTests
{
    private static readonly string[] Keys = ["vmid", "fleet_id", "role", "hostname"];

    private static readonly Gen<string> Tricky = OneOf(
        "vmid",
        "fleet_id",
        "role",
        "hostname",
        "a\"role",
        "\"vmid",
        "x\"hostname",
        "\\\"fleet_id",
        "role\"",
        "\": \"x",
        ":",
        "schema_version",
        "R&D",
        "wébserver",
        "<b>'+`",
        "日本語",
        "😀",
        "C:\\EFI\\",
        "a/b",
        ""
    );

    private static readonly Gen<string> Name = Gen.OneOf(
        Tricky,
        Gen.Select(Tricky, Tricky, (one, other) => one + other),
        Gen.Char.AlphaNumeric.Array[0, 20].Select(letters => new string(letters)),
        Gen.String.Select(text => new string([.. text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]))
    );

    private static readonly Gen<IdentityDocument> Document = Gen.Select(
        Gen.Int[100, 999_999_999],
        Name,
        Name,
        Name,
        Name.Where(IdentityJson.IsReadableTag).Array[0, 4],
        Gen.Int[0, 7],
        (vmid, fleet, role, host, tags, injected) =>
            new IdentityDocument
            {
                Vmid = (injected & 1) == 0 ? null : $"{vmid}",
                FleetId = (injected & 2) == 0 ? null : fleet,
                Role = (injected & 4) == 0 ? null : role,
                Hostname = host,
                WrittenBy = "lamboot-hook 0.1.0",
                WrittenAt = "2026-04-22T14:37:22Z",
                TagsAtSetup = tags,
            }
    );

    [Fact]
    public void The_loader_reads_back_what_was_written() =>
        Document.Sample(
            document =>
            {
                string text = Encoding.UTF8.GetString(document.ToJson());

                string?[] held = [document.Vmid, document.FleetId, document.Role, document.Hostname];
                for (int i = 0; i < Keys.Length; i++)
                {
                    LoaderScanner.Find(text, Keys[i]).ShouldBe(held[i]?.Length == 0 ? null : held[i], text);
                }
            },
            iter: 20_000
        );

    [Fact]
    public void It_is_JSON_with_the_fields_that_the_loader_looks_for_first_and_without_escapes_that_it_does_not_know() =>
        Document.Sample(
            document =>
            {
                byte[] text = document.ToJson();

                using JsonDocument json = JsonDocument.Parse(text);
                IEnumerable<string> names = json.RootElement.EnumerateObject().Select(field => field.Name);
                names.Intersect(Keys).Count().ShouldBe(names.Count(Keys.Contains));
                names
                    .TakeWhile(name => name != "schema_version")
                    .ShouldBeSubsetOf([.. Keys, .. Keys.Select(key => $"no_{key}")]);
                names.Last().ShouldBe("tags_at_setup");
                json.RootElement.GetProperty("hostname").GetString().ShouldBe(document.Hostname);
                Encoding.UTF8.GetString(text).Replace("\\\\", "", StringComparison.Ordinal).ShouldNotContain("\\u");
            },
            iter: 5_000
        );

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
