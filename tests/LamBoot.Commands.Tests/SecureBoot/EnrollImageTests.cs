namespace LamBoot.Commands.Tests.SecureBoot;

/// <summary><c>enroll --vars FILE --out FILE</c>: from one image to another.</summary>
public sealed class EnrollImageTests
{
    [Fact]
    public void An_image_file_is_enrolled_into_another()
    {
        using StoreNode node = new("raw");
        string output = node.Tree.Path("/OVMF_VARS_lamboot.fd");

        node.Tree.Hook(["enroll", "--vars", StoreNode.Ms, "--out", output, "--cert", node.Certificate])
            .ShouldBe(new(0, $"enrolling 'LamBoot Test' in db\n{output}: enrolled\n", ""));

        ProgramResult read = ProgramResult.Run("python3", [Repository.File("tests", "nvram", "read-store"), output]);
        read.ExitCode.ShouldBe(0, read.Error);
        node.Tree.Hook(["inspect", "--vars", output]).Output.ShouldContain("LamBoot   'LamBoot Test', valid until ");
    }

    /// <summary>64 MiB, most of it after the firmware volume: QEMU requires a flash of exactly that size.</summary>
    [Theory]
    [InlineData("raw")]
    [InlineData("qcow2")]
    public void An_image_comes_out_as_large_as_it_was(string format)
    {
        using StoreNode node = new("raw");
        string image = node.Tree.Path($"/AAVMF_VARS.{format}");
        CorpusImage.Get("aavmf-01").WriteTo(node.Tree.Path("/aavmf.fd"));
        ProgramResult
            .Shell(
                "truncate -s 64M \"$1\" && printf tail | dd of=\"$1\" bs=1 seek=67108000 conv=notrunc 2>/dev/null && "
                    + "qemu-img convert -f raw -O \"$3\" \"$1\" \"$2\"",
                node.Tree.Path("/aavmf.fd"),
                image,
                format
            )
            .ExitCode.ShouldBe(0);
        string output = node.Tree.Path("/out.fd");

        ProgramResult result = node.Tree.Hook([
            "enroll",
            "--vars",
            image,
            "--out",
            output,
            "--cert",
            node.Certificate,
            "--setup",
        ]);

        result.ExitCode.ShouldBe(0, result.Error);
        byte[] written = File.ReadAllBytes(output);
        written.Length.ShouldBe(64 << 20);
        written.AsSpan(67108000, 4).SequenceEqual("tail"u8).ShouldBeTrue();
        node.Tree.Hook(["inspect", "--vars", output]).Output.ShouldContain("LamBoot   'LamBoot Test', valid until ");
    }

    [Theory]
    [InlineData("a file", false, "already exists: name another file, or overwrite it with --force")]
    [InlineData("a file", true, null)]
    [InlineData(
        "a link",
        true,
        "is not a regular file (a device, link or directory), so it is not replaced: name another file"
    )]
    [InlineData(
        "a device",
        true,
        "is not a regular file (a device, link or directory), so it is not replaced: name another file"
    )]
    [InlineData(
        "a folder",
        true,
        "is not a regular file (a device, link or directory), so it is not replaced: name another file"
    )]
    [InlineData("a disk", true, "is among the VM disks of storage 'local': name another file")]
    [InlineData("a disk by a linked folder", true, "is among the VM disks of storage 'local': name another file")]
    [InlineData("a named file", true, "is used by VM 100's configuration: name another file")]
    public void What_is_there_is_not_replaced(string kind, bool force, string? reason)
    {
        using StoreNode node = new("raw");
        string output = node.Tree.Path("/out.fd");
        switch (kind)
        {
            case "a file":
                File.WriteAllText(output, "mine");
                break;
            case "a link":
                File.WriteAllText(node.Tree.Path("/target"), "mine");
                File.CreateSymbolicLink(output, node.Tree.Path("/target"));
                break;
            case "a device":
                output = "/dev/null";
                break;
            case "a folder":
                Directory.CreateDirectory(output);
                break;
            case "a disk":
                output = node.Tree.ImagePath(100);
                break;
            case "a disk by a linked folder":
                File.CreateSymbolicLink(node.Tree.Path("/disks"), node.Tree.Path("/var/lib/vz/images/100"));
                output = node.Tree.Path("/disks/vm-100-disk-0.raw");
                break;
            case "a named file":
                File.WriteAllText(output, "mine");
                File.AppendAllText(node.Tree.Config(100), "scsi0: /out.fd,size=1M\n");
                break;
        }

        Dictionary<string, string> before = node.Tree.Snapshot();
        string[] options = ["--vars", StoreNode.Ms, "--out", output, "--cert", node.Certificate];
        ProgramResult result = node.Tree.Hook(["enroll", .. options, .. force ? (string[])["--force"] : []]);

        if (reason is null)
        {
            result.ExitCode.ShouldBe(0, result.Error);
            new FileInfo(output).Length.ShouldBe(540672);
            return;
        }

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith($"lamboot-hook: {output} {reason}");
        node.Tree.Snapshot().ShouldBe(before);
    }
}
