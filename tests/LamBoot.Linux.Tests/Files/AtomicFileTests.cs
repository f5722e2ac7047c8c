using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Tests.Files;

/// <summary>Replacement is atomic, and records are complete.</summary>
public sealed class AtomicFileTests
{
    private static readonly TemporaryFiles Temporary = new(".test-");

    [Fact]
    public void A_file_is_replaced_with_the_mode_asked_for()
    {
        using HostTree tree = new();
        tree.Write("/file", "old");

        AtomicFile.Replace(tree.Path("/file"), "new"u8.ToArray(), Permissions.AllMayRead, Temporary).ShouldBeTrue();

        File.ReadAllText(tree.Path("/file")).ShouldBe("new");
        File.GetUnixFileMode(tree.Path("/file")).ShouldBe((UnixFileMode)Permissions.AllMayRead);
        Directory.GetFiles(tree.Root).ShouldBe([tree.Path("/file")]);
    }

    [Fact]
    public void A_replacement_that_is_called_off_leaves_nothing()
    {
        using HostTree tree = new();
        tree.Write("/file", "old");

        AtomicFile.Replace(tree.Path("/file"), "new"u8.ToArray(), null, Temporary, () => false).ShouldBeFalse();

        File.ReadAllText(tree.Path("/file")).ShouldBe("old");
        Directory.GetFiles(tree.Root).ShouldBe([tree.Path("/file")]);
    }

    /// <summary>It is never emptied first: killed in between, the old one would be lost.</summary>
    [Fact]
    public void Without_a_sync_a_file_is_replaced_all_the_same()
    {
        using HostTree tree = new();
        tree.Write("/file", "old");
        using StreamReader old = new(tree.Path("/file"));

        AtomicFile.Replace(tree.Path("/file"), "new"u8.ToArray(), null, Temporary, isSynced: false).ShouldBeTrue();

        old.ReadToEnd().ShouldBe("old");
        File.ReadAllText(tree.Path("/file")).ShouldBe("new");
        Directory.GetFiles(tree.Root).ShouldBe([tree.Path("/file")]);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told()
    {
        HostException e = Should.Throw<HostException>(() =>
            AtomicFile.Replace("/nowhere/file", "x"u8.ToArray(), null, Temporary)
        );

        e.Message.ShouldStartWith("cannot open /nowhere/file.test-");
    }

    [Fact]
    public void A_file_over_its_limit_is_not_read()
    {
        using HostTree tree = new();
        tree.Write("/file", "12345");

        FileReader.ReadAll(tree.Path("/file"), 5).Length.ShouldBe(5);
        Should
            .Throw<HostException>(() => FileReader.ReadAll(tree.Path("/file"), 4))
            .Message.ShouldContain("has 5 bytes");
    }

    /// <summary>Complete lines, wherever the block boundaries are; together they make up the file.</summary>
    [Fact]
    public void Lines_are_read_backwards_in_blocks()
    {
        using HostTree tree = new();
        LogFile.ReadLinesBackwards(tree.Path("/none"), 10).ShouldBeEmpty();
        Random random = new(1);
        for (int run = 0; run < 300; run++)
        {
            string[] lines =
            [
                .. Enumerable.Range(0, random.Next(8)).Select(n => new string((char)('a' + n), random.Next(12))),
            ];
            string text = string.Join('\n', lines) + (random.Next(2) == 0 ? "\n" : "");
            tree.Write("/file", text);

            List<string> parts =
            [
                .. LogFile
                    .ReadLinesBackwards(tree.Path("/file"), random.Next(1, 20))
                    .Select(lines => System.Text.Encoding.ASCII.GetString(lines.Span)),
            ];

            parts.Reverse();
            string.Join('\n', parts).ShouldBe(text);
        }
    }

    [Fact]
    public void Behind_the_limit_no_lines_are_read()
    {
        using HostTree tree = new();
        string text = string.Concat(Enumerable.Range(0, 1000).Select(n => $"{n:d4}\n"));
        tree.Write("/file", text);

        string[] parts =
        [
            .. LogFile
                .ReadLinesBackwards(tree.Path("/file"), 16, 100)
                .Select(lines => System.Text.Encoding.ASCII.GetString(lines.Span)),
        ];

        string end = string.Join('\n', parts.Reverse());
        text.ShouldEndWith($"\n{end}");
        end.Length.ShouldBeInRange(95, 200);
    }
}
