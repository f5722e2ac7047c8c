using LamBoot.Nvram;

namespace LamBoot.Pve.Tests;

/// <summary>Images as they lie on the host: raw, qcow2, and what is neither.</summary>
public sealed class StoreFileTests
{
    public static TheoryData<string> AllImages => [.. CorpusImage.All.Select(image => image.Name)];

    [Theory]
    [MemberData(nameof(AllImages))]
    public void Every_image_of_the_corpus_reads_as_its_truth(string name)
    {
        using HostTree tree = new();
        CorpusImage image = CorpusImage.Get(name);
        image.WriteTo(tree.Path("/image"));

        StoreImage read = StoreFile.Read(new(), tree.Path("/image"));
        VariableStore
            .TryOpen(read.Bytes, read.Size, out VariableStore store, out NvramError error)
            .ShouldBeTrue(error.ToString());

        read.Bytes.Length.ShouldBeLessThanOrEqualTo(1 << 20);
        read.Size.ShouldBe(image.Truth.GetProperty("flash_size").GetInt64());
        if (!image.Has("ftw-ambiguous"))
        {
            foreach (
                string variable in new[] { "LamBootState", "LamBootCrashCount", "LamBootTimestamp", "LamBootLastEntry" }
            )
            {
                bool found = store.TryFind(variable, EfiGuids.LamBoot, out VariableEntry entry);
                (found ? Convert.ToHexStringLower(entry.Data) : null).ShouldBe(image.Hex(variable), variable);
            }
        }
    }

    [Fact]
    public void A_fifo_is_refused_and_not_waited_for()
    {
        using HostTree tree = new();
        ProgramResult.Shell("mkfifo \"$1\"", tree.Path("/fifo")).ExitCode.ShouldBe(0);

        Should
            .Throw<HostException>(() => StoreFile.Read(new(), tree.Path("/fifo")))
            .Message.ShouldEndWith("is neither a regular file nor a block device");
    }

    [Fact]
    public void A_folder_is_refused()
    {
        using HostTree tree = new();

        Should
            .Throw<HostException>(() => StoreFile.Read(new(), tree.Root))
            .Message.ShouldEndWith("is neither a regular file nor a block device");
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        HostException e = Should.Throw<HostException>(() => StoreFile.Read(new(), "/nowhere/image"));

        e.Message.ShouldBe("cannot open /nowhere/image: No such file or directory");
        e.IsNotFound.ShouldBeTrue();
    }

    [Fact]
    public void A_damaged_qcow2_is_told()
    {
        using HostTree tree = new();
        File.WriteAllBytes(tree.Path("/image"), [.. "QFI\u00fb"u8[..3], 0xfb, .. new byte[100]]);

        Should
            .Throw<HostException>(() => StoreFile.Read(new(), tree.Path("/image")))
            .Message.ShouldStartWith("qemu-img exited with 1");
    }
}
