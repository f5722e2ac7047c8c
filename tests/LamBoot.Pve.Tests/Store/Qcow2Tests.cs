using LamBoot.Linux;
using static LamBoot.Pve.Tests.Store.Qcow2Images;

namespace LamBoot.Pve.Tests.Store;

/// <summary>Images created by the real qemu-img: chains, cluster sizes, extended entries, and chains that lead elsewhere.</summary>
public sealed class Qcow2Tests
{
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
        CorpusImage.Get("confirmed-4m").WriteTo(tree.Path("/raw"));
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

        e.Message.ShouldEndWith(
            $"its backing file {backing} is neither the VM's own nor the base that its volume names: not read"
        );
    }

    /// <summary>A guest without SMM controls its raw flash: here it writes a header whose backing file is VM 102's store.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(",format=raw")]
    public void A_header_in_a_raw_volume_is_not_followed(string format)
    {
        using HostTree tree = new();
        CorpusImage.Get("confirmed-4m").WriteTo(tree.Path(Images + "/102/vm-102-disk-0.raw"));
        string image = tree.Path(Images + "/100/vm-100-disk-0.raw");
        Directory.CreateDirectory(Path.GetDirectoryName(image)!);
        Shell("qemu-img create -q -u -f qcow2 -F raw -b ../102/vm-102-disk-0.raw \"$1\" 540672", image);

        HostException e = Should.Throw<HostException>(() => Read(tree, $"local:100/vm-100-disk-0.raw{format}"));

        e.Message.ShouldEndWith(
            "looks like a qcow2 image, but Proxmox VE has it as raw: the guest wrote that, so it is ignored"
        );
    }

    /// <summary>Being inside the storage is not enough: the other VMs' stores are there too.</summary>
    [Theory]
    [InlineData("../102/vm-102-disk-0.raw", "raw", "local:101/vm-101-disk-0.qcow2")]
    [InlineData("../102/vm-102-disk-0.qcow2", "qcow2", "local:101/vm-101-disk-0.qcow2")]
    [InlineData("../900/base-900-disk-0.qcow2", "qcow2", "local:101/vm-101-disk-0.qcow2")]
    [InlineData("../102/vm-102-disk-0.raw", "raw", "local:900/base-900-disk-0.qcow2/101/vm-101-disk-0.qcow2")]
    [InlineData("../901/base-901-disk-0.qcow2", "qcow2", "local:900/base-900-disk-0.qcow2/101/vm-101-disk-0.qcow2")]
    public void Another_VMs_disk_backs_none(string backing, string format, string volume)
    {
        using HostTree tree = new();
        CorpusImage.Get("confirmed-4m").WriteTo(tree.Path(Images + "/102/vm-102-disk-0.raw"));
        foreach (string other in (string[])["102/vm-102-disk-0", "900/base-900-disk-0", "901/base-901-disk-0"])
        {
            CorpusImage.Get("qcow2-00").WriteTo(tree.Path($"{Images}/{other}.qcow2"));
        }

        Directory.CreateDirectory(tree.Path(Images + "/101"));
        Shell("qemu-img create -q -u -f qcow2 -F \"$3\" -b \"$2\" \"$1\" 540672", Image(tree, 101), backing, format);

        Should.Throw<HostException>(() => Read(tree, volume)).Message.ShouldEndWith("not read");
    }

    /// <summary>A base's bytes once were a guest's: its format follows from its name, like that of any volume.</summary>
    [Theory]
    [InlineData("qcow2", "as qcow2, but its name says raw: not read")]
    [InlineData("", null)]
    [InlineData("raw", null)]
    public void A_base_is_of_the_format_that_its_name_says(string format, string? failure)
    {
        using HostTree tree = new();
        string image = tree.Path(Images + "/900/base-900-disk-0.raw");
        CorpusImage.Get("confirmed-4m").WriteTo(image);
        Directory.CreateDirectory(tree.Path(Images + "/101"));
        Shell(
            "qemu-img create -q -u -f qcow2 -F \"${3:-raw}\" -b \"$2\" \"$1\" 540672",
            Image(tree, 101),
            "../900/base-900-disk-0.raw",
            format
        );
        if (format.Length == 0)
        {
            Unname(Image(tree, 101));
        }

        string Crash() => Crashes(Read(tree, "local:900/base-900-disk-0.raw/101/vm-101-disk-0.qcow2"));
        if (failure is null)
        {
            Crash().ShouldBe("00");
        }
        else
        {
            Should.Throw<HostException>(() => Crash()).Message.ShouldEndWith(failure);
        }
    }

    /// <summary>A template may itself be a linked clone: the clone's volume names only the nearest base.</summary>
    [Fact]
    public void A_base_may_have_a_base()
    {
        using HostTree tree = new();
        LinkedClone(tree, "../900/base-900-disk-0.qcow2");
        Directory.CreateDirectory(tree.Path(Images + "/901"));
        File.Move(Image(tree, 101), tree.Path(Images + "/901/base-901-disk-0.qcow2"));
        Shell(
            "qemu-img create -q -f qcow2 -F qcow2 -b ../901/base-901-disk-0.qcow2 -o extended_l2=on,cluster_size=128k \"$1\"",
            Image(tree, 101)
        );

        Crashes(Read(tree, "local:901/base-901-disk-0.qcow2/101/vm-101-disk-0.qcow2")).ShouldBe("00");
    }

    [Fact]
    public void Data_in_another_file_are_not_read()
    {
        using HostTree tree = new();
        CorpusImage.Get("confirmed-4m").WriteTo(tree.Path("/secret"));
        Directory.CreateDirectory(tree.Path(Images + "/101"));
        Shell(
            "qemu-img create -q -f qcow2 -o data_file=\"$2\",data_file_raw=on \"$1\" 540672",
            Image(tree, 101),
            tree.Path("/secret")
        );

        Should
            .Throw<HostException>(() => Read(tree, "local:101/vm-101-disk-0.qcow2"))
            .Message.ShouldEndWith("has its data in a separate file, which Proxmox VE never does: not read");
    }

    [Fact]
    public void A_chain_without_an_end_is_told()
    {
        using HostTree tree = new();
        Directory.CreateDirectory(tree.Path(Images + "/101"));
        Shell("qemu-img create -q -u -f qcow2 -F qcow2 -b vm-101-disk-0.qcow2 \"$1\" 540672", Image(tree, 101));

        Should
            .Throw<HostException>(() => Read(tree, 101))
            .Message.ShouldEndWith("has more than 64 backing files: not read");
    }

    /// <summary>700 of them would make qemu-img's description of an image 249 kB long.</summary>
    [Theory]
    [InlineData(220)]
    [InlineData(700)]
    public void Snapshots_do_not_matter_however_many(int count)
    {
        using HostTree tree = new();
        CorpusImage.Get("confirmed-4m").WriteTo(tree.Path("/raw"));
        Directory.CreateDirectory(tree.Path(Images + "/100"));
        Shell("qemu-img convert -f raw -O qcow2 \"$1\" \"$2\"", tree.Path("/raw"), Image(tree, 100));
        AddSnapshots(Image(tree, 100), count);
        ProgramResult
            .Shell("qemu-img info \"$1\"", Image(tree, 100))
            .Output.Split('\n')
            .Length.ShouldBeGreaterThan(count);

        Crashes(tree, 100).ShouldBe("00");
    }

    [Fact]
    public void Nothing_is_left_of_the_reading()
    {
        using HostTree tree = new();
        Directory.CreateDirectory(tree.Path(Images + "/100"));
        CorpusImage.Get("qcow2-00").WriteTo(Image(tree, 100));

        Read(tree, 100);

        Directory.Exists(tree.Path("/run")).ShouldBeFalse();
    }
}
