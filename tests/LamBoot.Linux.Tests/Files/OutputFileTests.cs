using System.Diagnostics;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Tests.Files;

/// <summary>Outputs named by a user: files are replaced, streams are written to, and nothing else is turned into a file.</summary>
public sealed class OutputFileTests
{
    private static readonly TemporaryFiles Temporary = new(".test-");

    private const int Mode = Permissions.AllMayRead; // 0644

    [Fact]
    public void A_file_is_made_and_replaced()
    {
        using HostTree tree = new();

        OutputFile.Write(tree.Path("/file"), "old"u8.ToArray(), Mode, Temporary);
        OutputFile.Write(tree.Path("/file"), "new"u8.ToArray(), Mode, Temporary);

        File.ReadAllText(tree.Path("/file")).ShouldBe("new");
        File.GetUnixFileMode(tree.Path("/file")).ShouldBe((UnixFileMode)Mode);
    }

    /// <summary>The test's own device: a host must keep its /dev/null.</summary>
    [Fact]
    public void A_device_stays_one()
    {
        using HostTree tree = new();
        string device = tree.Path("/null");
        ProgramResult made = ProgramResult.Shell("mknod \"$1\" c 1 3 && echo >\"$1\"", device);
        Assert.SkipUnless(made.ExitCode == 0, "no device can be made here: " + made.Error);

        OutputFile.Write(device, "x"u8.ToArray(), Mode, Temporary);

        ProgramResult.Shell("stat -c %F \"$1\"", device).Output.ShouldBe("character special file\n");
    }

    [Fact]
    public void A_full_device_is_told() =>
        Should
            .Throw<HostException>(() => OutputFile.Write("/dev/full", "x"u8.ToArray(), Mode, Temporary))
            .Message.ShouldBe("cannot write /dev/full: no space left on the device");

    [Fact]
    public void A_pipe_is_written_to()
    {
        using HostTree tree = new();
        byte[] content = new byte[300_000]; // more than it holds
        ProgramResult.Shell("mkfifo \"$1\"", tree.Path("/pipe"));
        using Process reader = Process.Start(
            "sh",
            ["-c", $"sleep 0.3; cat '{tree.Path("/pipe")}' >'{tree.Path("/got")}'"]
        );
        while (true)
        {
            try
            {
                OutputFile.Write(tree.Path("/pipe"), content, Mode, Temporary);
                break;
            }
            catch (HostException e) when (e.Message.EndsWith("No such device or address", StringComparison.Ordinal)) // it has no reader yet
            {
                Thread.Sleep(20);
            }
        }

        reader.WaitForExit();
        File.ReadAllBytes(tree.Path("/got")).ShouldBe(content);
        ProgramResult.Shell("stat -c %F \"$1\"", tree.Path("/pipe")).Output.ShouldBe("fifo\n");
    }

    [Theory]
    [InlineData("file")]
    [InlineData("nothing")]
    [InlineData("folder")]
    public void A_link_is_refused_and_stays(string target)
    {
        using HostTree tree = new();
        tree.Write("/file", "old");
        Directory.CreateDirectory(tree.Path("/folder"));
        File.CreateSymbolicLink(tree.Path("/link"), tree.Path("/" + target));

        Should
            .Throw<HostException>(() => OutputFile.Write(tree.Path("/link"), "x"u8.ToArray(), Mode, Temporary))
            .Message.ShouldBe($"{tree.Path("/link")} is a symbolic link, which is not followed: name the file itself");

        File.ReadAllText(tree.Path("/file")).ShouldBe("old");
        new FileInfo(tree.Path("/link")).LinkTarget.ShouldBe(tree.Path("/" + target));
    }

    /// <summary>/dev/stdout is a link.</summary>
    [Fact]
    public void A_link_to_a_device_is_written_to()
    {
        using HostTree tree = new();
        File.CreateSymbolicLink(tree.Path("/link"), "/dev/null");

        OutputFile.Write(tree.Path("/link"), "x"u8.ToArray(), Mode, Temporary);

        new FileInfo(tree.Path("/link")).LinkTarget.ShouldBe("/dev/null");
    }

    [Fact]
    public void A_folder_is_refused()
    {
        using HostTree tree = new();

        Should
            .Throw<HostException>(() => OutputFile.Write(tree.Root, "x"u8.ToArray(), Mode, Temporary))
            .Message.ShouldBe($"{tree.Root} is a directory: name a file in it");
    }
}
