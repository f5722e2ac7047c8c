using LamBoot.Linux;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Store;

namespace LamBoot.Pve.Tests.Store;

/// <summary>Images on the host: raw, qcow2, and neither.</summary>
public sealed class StoreFileTests
{
    public static TheoryData<string> AllImages => [.. CorpusImage.All.Select(image => image.Name)];

    [Theory]
    [MemberData(nameof(AllImages))]
    public void Every_image_of_the_corpus_reads_as_its_truth(string name)
    {
        using HostTree tree = new();
        CorpusImage image = CorpusImage.Get(name);
        string path = tree.Path(image.IsQcow2 ? "/image.qcow2" : "/image");
        image.WriteTo(path);

        StoreImage read = new StoreFile(path).Read();
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
            .Throw<HostException>(() => new StoreFile(tree.Path("/fifo")).Read())
            .Message.ShouldEndWith("is neither a regular file nor a block device");
    }

    [Fact]
    public void A_folder_is_refused()
    {
        using HostTree tree = new();

        Should
            .Throw<HostException>(() => new StoreFile(tree.Root).Read())
            .Message.ShouldEndWith("is neither a regular file nor a block device");
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        HostException e = Should.Throw<HostException>(() => new StoreFile("/nowhere/image").Read());

        e.Message.ShouldBe("cannot open /nowhere/image: No such file or directory");
        e.IsNotFound.ShouldBeTrue();
    }

    [Fact]
    public void A_damaged_qcow2_is_told()
    {
        using HostTree tree = new();
        File.WriteAllBytes(tree.Path("/image.qcow2"), [.. "QFI\u00fb"u8[..3], 0xfb, .. new byte[100]]);

        Should
            .Throw<HostException>(() => new StoreFile(tree.Path("/image.qcow2")).Read())
            .Message.ShouldEndWith("the qcow2 header is damaged");
    }

    [Fact]
    public void One_that_is_named_qcow2_has_to_be_one()
    {
        using HostTree tree = new();
        CorpusImage.Get("confirmed-4m").WriteTo(tree.Path("/image.qcow2"));

        Should
            .Throw<HostException>(() => new StoreFile(tree.Path("/image.qcow2")).Read())
            .Message.ShouldEndWith("should be a qcow2 image but is not");
    }

    /// <summary>Never decided by the bytes: they may be a guest's.</summary>
    [Fact]
    public void One_that_is_not_named_qcow2_is_never_opened_as_one()
    {
        using HostTree tree = new();
        CorpusImage.Get("qcow2-00").WriteTo(tree.Path("/image.fd"));

        foreach (
            Action read in (Action[])
                [
                    () => new StoreFile(tree.Path("/image.fd")).Read(),
                    () => new StoreFile(tree.Path("/image.fd")).ReadVolume(),
                    () => new StoreFile(tree.Path("/image.fd")).ReadWhole(),
                ]
        )
        {
            Should
                .Throw<HostException>(read)
                .Message.ShouldEndWith(
                    "is read as raw, because its name does not end in .qcow2: if it really is one, and no guest wrote it, rename it"
                );
        }
    }

    [Fact]
    public void A_VMDK_image_is_refused_by_its_name()
    {
        using HostTree tree = new();
        tree.Write("/image.vmdk", "KDMV");

        Should
            .Throw<HostException>(() => new StoreFile(tree.Path("/image.vmdk")).Read())
            .Message.ShouldEndWith("is a VMDK image, which is not supported; move the disk to raw or qcow2");
    }
}
