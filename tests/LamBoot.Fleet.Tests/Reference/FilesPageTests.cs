using System.Text.RegularExpressions;
using LamBoot.Testing.Reference;

namespace LamBoot.Fleet.Tests.Reference;

/// <summary>docs/reference/files.md, and that it has every file that the programs create.</summary>
public sealed partial class FilesPageTests
{
    [Fact]
    public void The_page_is_made_of_the_table() =>
        new ReferencePage("Files", "src/LamBoot.Fleet/LamBootFiles.cs")
            .Paragraph(
                "All paths are below `--root DIR` (or `LAMBOOT_ROOT`) where that is given; `--config FILE` names another fleet.toml. Folders are "
                    + "0755 and root's; one that others can write, or that is a link, is refused."
            )
            .Heading("Of LamBoot Hook")
            .List(LamBootFiles.Own.Select(Item))
            .Paragraph(
                "The log is appended to. Every other file is replaced as a whole: a file `NAME.lamboot-PID` beside it belongs to a writer that "
                    + "is at work, or was killed."
            )
            .Heading("Of Proxmox VE")
            .List(LamBootFiles.OfProxmox.Select(Item))
            .ShouldBePage("files.md");

    /// <summary>What the programs leave on a node is in the table, with the stated mode.</summary>
    [Fact]
    public void Every_file_that_the_programs_make_is_in_the_table()
    {
        using HostTree tree = new HostTree().AddQm();
        tree.Write(
            "/etc/lamboot/fleet.toml",
            HostTree.FleetToml
                + "[hookscript]\nchannels = [\"fw_cfg\", \"smbios\"]\n[monitor]\nmail_to = \"root\"\nrun = \"/usr/bin/true\"\n"
        );
        tree.AddScript("/usr/sbin/sendmail", "exec cat >/dev/null\n");
        tree.AddScript("/usr/bin/true", "exit 0\n");
        tree.AddScript("/usr/bin/kvm", "echo 'QEMU emulator version 10.0.2'\n");
        tree.AddVm(100, "confirmed-4m");
        tree.AddVm(101, more: $"args: {HostTree.Args}101.json\n");
        Directory.CreateDirectory(Path.GetDirectoryName(tree.ImagePath(101))!);
        ProgramResult
            .Shell(
                "zcat \"$1\" >\"$2\"",
                Repository.File("tests", "corpus", "crash", "k6.12-init-killed.fd.gz"),
                tree.ImagePath(101)
            )
            .ExitCode.ShouldBe(0);
        tree.Hook(["attach", "--clones"]).ExitCode.ShouldBe(0);
        foreach (int vmid in (int[])[100, 101])
        {
            tree.Phase(vmid, "pre-start").ExitCode.ShouldBe(0);
            tree.Phase(vmid, "post-start").ExitCode.ShouldBe(0);
            tree.Phase(vmid, "post-stop").ExitCode.ShouldBe(0);
        }

        tree.Monitor("--notify", "--html", tree.Path("/page.html")).ExitCode.ShouldBe(0);
        tree.Hook(["reset", "101", "--crash"]).ExitCode.ShouldBe(0);

        string[] made =
        [
            .. ((string[])["/var/lib/lamboot", "/var/log/lamboot", "/run/lamboot"]).SelectMany(folder =>
                Directory.GetFiles(tree.Path(folder), "*", SearchOption.AllDirectories)
            ),
        ];
        made.Length.ShouldBeGreaterThan(10);
        foreach (string path in made)
        {
            string name = Varying()
                .Replace(path[tree.Root.Length..], match => match.Value.Length > 3 ? "TIME" : "VMID");
            name = name.Replace(".fleet", ".vmid", StringComparison.Ordinal)
                .Replace(".role", ".vmid", StringComparison.Ordinal);
            LamBootFile file = LamBootFiles
                .Own.SingleOrDefault(each => each.Path == name)
                .ShouldNotBeNull($"{path}: {name}");
            Convert.ToString((int)File.GetUnixFileMode(path), 8).PadLeft(4, '0').ShouldBe(file.Mode, path);
        }
    }

    private static string Item(LamBootFile file)
    {
        string path = file.Path.StartsWith('/') ? $"`{file.Path}`" : file.Path;
        string mode = file.Mode is null ? "" : $", mode {file.Mode}";
        return $"**{path}** (written by {file.WrittenBy}{mode}). {file.What}";
    }

    // A VMID, or the time in a file's name.
    [GeneratedRegex(@"(?<=/)\d{3}(?=[-.])|\d{8}T[\d.]{6,10}Z")]
    private static partial Regex Varying();
}
