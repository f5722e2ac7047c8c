using LamBoot.Nvram;

namespace LamBoot.Pve.Tests;

/// <summary>Images that the real qemu-img made: chains, cluster sizes, extended entries, and chains that lead elsewhere.</summary>
public sealed class Qcow2Tests
{
    private const string Images = "/var/lib/vz/images";

    [Theory]
    [InlineData("cluster_size=512")]
    [InlineData("cluster_size=4k")]
    [InlineData("cluster_size=64k")]
    [InlineData("cluster_size=2M")]
    [InlineData("cluster_size=64k,extended_l2=on")]
    [InlineData("compat=0.10")]
    public void Every_layout_reads_the_same(string options)
    {
        using HostTree tree = new();
        CorpusImage.Get("single-00-4m-ok").WriteTo(tree.Path("/raw"));
        Directory.CreateDirectory(tree.Path(Images + "/100"));
        Shell("qemu-img convert -f raw -O qcow2 -o \"$3\" \"$1\" \"$2\"", tree.Path("/raw"), Image(tree, 100), options);

        Crashes(tree, 100).ShouldBe("00");
    }

    [Fact]
    public void A_linked_clones_state_is_in_both_layers()
    {
        using HostTree tree = new();
        LinkedClone(tree, "../900/base-900-disk-0.qcow2");
        byte[] other = CorpusImage.Get("crash-255").ReadBytes();

        // What the clone's firmware wrote itself: the store's first clusters, with another count.
        File.WriteAllBytes(tree.Path("/part"), other[..0x8000]);
        Shell("qemu-io -f qcow2 -c \"write -s $2 0 32k\" \"$1\"", Image(tree, 101), tree.Path("/part"));

        Crashes(tree, 101).ShouldBe("ff");
    }

    [Fact]
    public void A_linked_clone_that_has_not_written_reads_as_its_base()
    {
        using HostTree tree = new();
        LinkedClone(tree, "../900/base-900-disk-0.qcow2");

        Crashes(tree, 101).ShouldBe("00");
    }

    [Theory]
    [InlineData("/etc/hostname")]
    [InlineData("../../../../outside.qcow2")]
    [InlineData("nbd://127.0.0.1:1/x")]
    [InlineData("json:{\"driver\":\"nbd\",\"host\":\"127.0.0.1\",\"port\":\"1\"}")]
    public void A_backing_file_elsewhere_is_not_read(string backing)
    {
        using HostTree tree = new();
        CorpusImage.Get("qcow2-00").WriteTo(tree.Path("/var/outside.qcow2"));
        Directory.CreateDirectory(tree.Path(Images + "/101"));
        Shell("qemu-img create -u -f qcow2 -F raw -b \"$2\" \"$1\" 540672", Image(tree, 101), backing);

        HostException e = Should.Throw<HostException>(() => Read(tree, 101));

        e.Message.ShouldMatch("is not in .*/var/lib/vz: not read|qemu-img exited with 1");
    }

    [Fact]
    public void Nothing_is_left_of_the_reading()
    {
        using HostTree tree = new();
        Directory.CreateDirectory(tree.Path(Images + "/100"));
        CorpusImage.Get("qcow2-00").WriteTo(Image(tree, 100));

        Read(tree, 100);

        Directory.GetFiles(tree.Path("/run/lamboot")).ShouldBeEmpty();
    }

    private static void LinkedClone(HostTree tree, string backing)
    {
        CorpusImage.Get("single-00-4m-ok").WriteTo(tree.Path("/raw"));
        Directory.CreateDirectory(tree.Path(Images + "/900"));
        Directory.CreateDirectory(tree.Path(Images + "/101"));
        Shell(
            "qemu-img convert -f raw -O qcow2 \"$1\" \"$2\"",
            tree.Path("/raw"),
            tree.Path(Images + "/900/base-900-disk-0.qcow2")
        );
        Shell(
            "qemu-img create -f qcow2 -F qcow2 -b \"$2\" -o extended_l2=on,cluster_size=128k \"$1\"",
            Image(tree, 101),
            backing
        );
    }

    private static string Image(HostTree tree, int vmid) => tree.Path($"{Images}/{vmid}/vm-{vmid}-disk-0.qcow2");

    private static StoreImage Read(HostTree tree, int vmid) =>
        EfiDisk.Read(
            new(new(tree.Root)),
            vmid,
            VolumeId.FromDrive($"local:{vmid}/vm-{vmid}-disk-0.qcow2")!.Value,
            out _
        );

    private static string Crashes(HostTree tree, int vmid)
    {
        StoreImage image = Read(tree, vmid);
        VariableStore
            .TryOpen(image.Bytes, image.Size, out VariableStore store, out NvramError error)
            .ShouldBeTrue(error.ToString());
        store.TryFind("LamBootCrashCount", EfiGuids.LamBoot, out VariableEntry count).ShouldBeTrue();
        return Convert.ToHexStringLower(count.Data);
    }

    private static void Shell(string script, params string[] arguments)
    {
        ProgramResult result = ProgramResult.Shell(script, arguments);
        result.ExitCode.ShouldBe(0, result.Output + result.Error);
    }
}
