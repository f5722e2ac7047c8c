using System.Text.Json;
using LamBoot.Commands.Tests.SecureBoot;

namespace LamBoot.Commands.Tests.Rescue;

/// <summary><c>restore</c>: the backups of a VM.</summary>
public sealed class RestoreTests
{
    [Fact]
    public void Backups_are_listed_and_chosen_by_name_and_the_newest_ten_kept()
    {
        using StoreNode node = new("raw");
        string[] original = node.Variables();
        node.Enroll();
        string first = Path.GetFileName(node.FirstBackup);
        node.Tree.Hook(["restore", "100"]).ExitCode.ShouldBe(0);

        string[] listed = node.Tree.Hook(["restore", "100", "--list"]).Output.TrimEnd().Split('\n');

        listed.Length.ShouldBe(2);
        listed[0].ShouldMatch("^100-[^ ]+-restore.fd  [-0-9]+T[:0-9]+Z  before a restore$");
        listed[1].ShouldMatch("^100-[^ ]+.fd  [-0-9]+T[:0-9]+Z  before a change, used by 'lamboot-hook restore 100'$");
        node.Tree.Hook(["restore", "100", "--backup", listed[0].Split(' ')[0]]).ExitCode.ShouldBe(0); // on request, it is
        node.SecureBoot().GetProperty("lamboot_certificate").ValueKind.ShouldBe(JsonValueKind.Object);
        foreach (string name in (string[])[first, $"/var/lib/lamboot/backup/{first}"])
        {
            node.Tree.Hook(["restore", "100", "--backup", name]).ExitCode.ShouldBe(0);
            node.Variables().ShouldBe(original);
        }

        for (int change = 0; change < 6; change++)
        {
            node.Enroll().ExitCode.ShouldBe(0);
            node.Tree.Hook(["restore", "100"]).ExitCode.ShouldBe(0);
        }

        Directory.GetFiles(node.Tree.Path("/var/lib/lamboot/backup"), "*.fd").Length.ShouldBe(10);
        node.Tree.Hook(["restore", "100", "--backup", first]).Error.ShouldContain("is not a backup of VM 100");
        node.Variables().ShouldBe(original);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../backup/100.fd")]
    [InlineData("101-20260101T000000.000Z.fd")]
    public void Another_file_is_no_backup(string name)
    {
        using StoreNode node = new("raw");
        node.Tree.Write("/var/lib/lamboot/backup/101-20260101T000000.000Z.fd", "");

        node.Tree.Hook(["restore", "100", "--backup", name])
            .ShouldBe(
                new(
                    1,
                    "",
                    $"lamboot-hook: {name} is not a backup of VM 100; list them with: lamboot-hook restore 100 --list\n"
                )
            );
    }

    [Fact]
    public void A_damaged_store_is_restored()
    {
        using StoreNode node = new("raw");
        string[] before = node.Variables();
        node.Enroll();
        File.WriteAllBytes(node.Tree.ImagePath(100), new byte[540672]);

        node.Tree.Hook(["restore", "100"]).ExitCode.ShouldBe(0);

        node.Variables().ShouldBe(before);
    }
}
