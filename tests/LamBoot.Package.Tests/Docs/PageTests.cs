using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests.Docs;

/// <summary>Every page is readable, its links resolve, and no command escapes the tests that run commands.</summary>
public sealed partial class PageTests
{
    private const int LongestPage = 150;
    private const int Width = 100;

    public static TheoryData<string> All => [.. Page.All];

    public static TheoryData<string> Written => [.. Page.Written];

    [Theory]
    [MemberData(nameof(All))]
    public void Links_lead_somewhere(string name)
    {
        Page page = new(name);
        foreach (string link in page.Links.Where(link => !link.StartsWith("https://", StringComparison.Ordinal)))
        {
            string[] parts = link.Split('#');
            string target =
                parts[0].Length == 0 ? page.File : Path.Combine(Path.GetDirectoryName(page.File)!, parts[0]);
            (File.Exists(target) || Directory.Exists(target)).ShouldBeTrue($"{name} links to {link}");
            if (parts.Length > 1)
            {
                string relative = Path.GetRelativePath(Repository.File("docs"), target);
                new Page(relative).Anchors.ShouldContain(parts[1], $"{name} links to {link}");
            }
        }
    }

    [Fact]
    public void The_index_leads_to_every_page()
    {
        HashSet<string> found = ["index.md"];
        Queue<string> open = new(found);
        while (open.TryDequeue(out string? name))
        {
            string folder = Path.GetDirectoryName(Path.Combine("/", name))!;
            IEnumerable<string> pages = new Page(name)
                .Links.Select(link => Path.GetFullPath(Path.Combine(folder, link.Split('#')[0]))[1..])
                .Where(Page.All.Contains);
            foreach (string page in pages.Where(found.Add))
            {
                open.Enqueue(page);
            }
        }

        found.Order(StringComparer.Ordinal).ShouldBe(Page.All);
    }

    /// <summary>Each block states its language, so that those with commands are run.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Every_block_says_what_it_is(string name)
    {
        foreach (PageBlock block in new Page(name).Blocks)
        {
            block.Language.ShouldBeOneOf(["console", "console trouble", "console clone", "sh", "toml", "yaml", "text"]);
            if (block.Language is "text" or "toml" or "yaml")
            {
                Program().IsMatch(block.Text).ShouldBeFalse($"a command in a block that nothing runs: {block.Text}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void A_page_is_short_and_narrow(string name)
    {
        Page page = new(name);
        string prose = Page.Block().Replace(page.Text, "");
        prose.Split('\n').Length.ShouldBeLessThanOrEqualTo(LongestPage);
        foreach (string line in prose.Split('\n').Where(line => !line.StartsWith('|') && !OnlyLink().IsMatch(line)))
        {
            line.Length.ShouldBeLessThanOrEqualTo(Width, $"{name}: {line}");
        }
    }

    /// <summary>What a page has for fleet.toml is valid.</summary>
    [Theory]
    [MemberData(nameof(Written))]
    public void What_is_for_fleet_toml_is_right(string name)
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddScript("/usr/bin/kvm", "echo 'QEMU emulator version 10.0.2'\n");
        tree.AddScript("/var/lib/vz/snippets/gpu.sh", "exit 0\n");
        foreach (PageBlock block in new Page(name).Blocks.Where(block => block.Language == "toml"))
        {
            string text = block.Text.Replace("/services/…", "/services/x", StringComparison.Ordinal);
            tree.Write(
                "/etc/lamboot/fleet.toml",
                text.Contains("[fleet]") ? text : $"schema_version = 1\n[fleet]\nid = \"f\"\n{text}"
            );

            string said = tree.Hook(["check"]).Output;

            said.ShouldNotContain("fleet-invalid");
            said.ShouldNotContain("fleet-unknown-key");
        }
    }

    [GeneratedRegex(@"^\$ |^ *(lamboot-hook|lamboot-pve-monitor) [a-z-]", RegexOptions.Multiline)]
    private static partial Regex Program();

    // A link that cannot be broken across lines.
    [GeneratedRegex(@"^[-\d. ]*\[[^]]*\]\([^)]*\)[.,:;]?$")]
    private static partial Regex OnlyLink();
}
