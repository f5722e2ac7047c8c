using LamBoot.Commands.Check;
using LamBoot.Commands.Tests.Check;
using LamBoot.Testing.Reference;

namespace LamBoot.Commands.Tests.Reference;

/// <summary>docs/reference/findings.md: each finding in the catalogue, with what <c>check</c> prints for it.</summary>
public sealed class FindingsPageTests
{
    [Fact]
    public void The_page_has_each_finding_as_it_is_printed()
    {
        ReferencePage page = new ReferencePage(
            "Findings of check",
            "src/LamBoot.Commands/Check/FindingCatalogue.cs"
        ).Paragraph(
            "`lamboot-hook check` prints `SEVERITY ID: what is wrong; how to fix it`, and exits with 1 where there is an error. `--json` gives "
                + "the same to scripts: `id`, `severity`, `vmid`, `message`, `fix`. The ids never change. The example below each is what "
                + "`check` prints on a test host. It runs as root only: other users would see false alarms. Where `/etc/pve` is "
                + "not mounted it says that, and nothing of VMs and their identity files."
        );
        foreach ((string id, string severity, string meaning) in FindingCatalogue.All)
        {
            page.Heading($"`{id}`", level: 3).Paragraph($"**{severity}**: {meaning}. Example:").Line(Example(id));
        }

        page.ShouldBePage("findings.md");
    }

    /// <summary>What <c>check</c> prints for the first fault that produces a finding.</summary>
    private static string Example(string id)
    {
        (string fault, string ids) = CheckFaultTests
            .Faults.Select(row => row.Data)
            .OrderBy(data => data.Item2.Split(',')[0] == id ? 0 : 1)
            .First(data => data.Item2.Split(',').Contains(id));
        using HostTree tree = CheckTree.Broken(fault);
        return tree.Hook(["check"])
            .Output.Replace(tree.Root, "", StringComparison.Ordinal)
            .Split('\n')
            .First(line => line.Contains($" {id}: ", StringComparison.Ordinal));
    }
}
