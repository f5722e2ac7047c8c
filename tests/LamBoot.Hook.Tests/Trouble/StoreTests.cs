namespace LamBoot.Hook.Tests.Trouble;

/// <summary>An unreadable store becomes part of the record.</summary>
public sealed class StoreTests
{
    [Fact]
    public void A_VM_without_efidisk_is_told_so()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/qemu-server/100.conf", "bios: ovmf\n");

        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);

        tree.RecordedError().ShouldStartWith("no-efidisk: ");
        tree.LastRecord().GetProperty("status").GetString().ShouldBe("unknown");
    }

    public static TheoryData<string, byte[], string> BadImages =>
        new()
        {
            { "empty", [], "corrupt: " },
            { "short", [1, 2, 3], "corrupt: " },
            { "zeros", new byte[0x84000], "erased: " },
            { "ones", [.. Enumerable.Repeat((byte)0xff, 0x84000)], "erased: " },
            { "random", Random(0x84000), "unknown-format: " },
            { "half", CorpusImage.Get("confirmed-4m").ReadBytes()[..0x40000], "corrupt: " },
            { "qcow2", [(byte)'Q', (byte)'F', (byte)'I', 0xfb, .. new byte[600]], "unreadable: " },
        };

    [Theory]
    [MemberData(nameof(BadImages))]
    public void A_bad_image_is_a_fact_of_the_record(string kind, byte[] image, string error)
    {
        using HostTree tree = new();
        tree.AddVm(100);
        Directory.CreateDirectory(Path.GetDirectoryName(tree.ImagePath(100))!);
        File.WriteAllBytes(tree.ImagePath(100), image);

        ProgramResult result = tree.Phase(100, "post-stop");

        result.ExitCode.ShouldBe(0, kind);
        result.Output.ShouldStartWith($"lamboot-hook: VM 100: health unknown: {error}");
        result.Error.ShouldBe("");
        tree.RecordedError().ShouldStartWith(error);
    }

    [Fact]
    public void An_image_that_is_not_there_is_a_fact_of_the_record()
    {
        using HostTree tree = new();
        tree.AddVm(100);

        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);

        tree.RecordedError()
            .ShouldBe("unreadable: storage 'local': there is no /var/lib/vz/images/100/vm-100-disk-0.raw");
    }

    [Fact]
    public void A_storage_that_is_not_there_is_a_fact_of_the_record()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/qemu-server/100.conf", "bios: ovmf\nefidisk0: nas:100/x.raw\n");

        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);

        tree.RecordedError().ShouldBe("unreadable: storage 'nas' is not in /etc/pve/storage.cfg");
    }

    private static byte[] Random(int size)
    {
        byte[] bytes = new byte[size];
        new Random(5).NextBytes(bytes);
        return bytes;
    }
}
