namespace LamBoot.Hook.Tests.Channels;

/// <summary>The guest gets its identity through each channel configured in fleet.toml, and always its own.</summary>
public sealed class ChannelTests
{
    private const string Folder = "/var/lib/lamboot";

    // Between pre-start and QEMU: what QEMU would read from the SMBIOS strings of VM 900.
    private const string ReadStrings =
        "for part in vmid fleet role; do cat \"$1/var/lib/lamboot/900.$part\" >&2; echo >&2; done";

    [Fact]
    public void Each_channel_is_an_item_and_the_strings_have_files()
    {
        using HostTree tree = Node("\"fw_cfg\", \"systemd\", \"smbios\"");
        tree.AddVm(100, more: "args: -smbios type=11,value=mine\n");

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(0);
        Args(tree, 100).ShouldBe("args: -smbios type=11,value=mine " + AllItems(100));
        String(tree, 100, "vmid").ShouldBe("lamboot.vmid=100");
        String(tree, 100, "fleet").ShouldBe("lamboot.fleet-id=prod-cluster-01");
        String(tree, 100, "role").ShouldBe("lamboot.role=webserver");
        File.GetUnixFileMode(tree.Path($"{Folder}/100.vmid")).ShouldBe((UnixFileMode)0x1a4);
    }

    [Fact]
    public void A_channel_that_is_no_longer_chosen_is_taken_away_at_the_next_start()
    {
        using HostTree tree = Node("\"systemd\"");
        tree.AddVm(100, more: $"args: -a {AllItems(100)} -b\n");

        tree.Phase(100, "pre-start").ExitCode.ShouldBe(0);

        Args(tree, 100)
            .ShouldBe($"args: -a -fw_cfg name=opt/io.systemd.credentials/lamboot.identity,file={Folder}/100.json -b");
        String(tree, 100, "vmid").ShouldBe("lamboot.vmid=100"); // this start's QEMU still opens it
    }

    [Theory]
    [InlineData("echo QEMU emulator version 7.2.22", "but this node has 7.2: upgrade it, or remove smbios")]
    [InlineData("exit 1", "but this node's version is unknown (")]
    public void An_older_QEMU_gets_no_strings_and_a_line_says_why(string kvm, string reason)
    {
        using HostTree tree = Node("\"smbios\", \"fw_cfg\"");
        tree.AddScript("/usr/bin/kvm", kvm + "\n");
        tree.AddVm(100);

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldContain("warning: channel smbios needs QEMU 10 or later, " + reason);
        Args(tree, 100).ShouldBe($"args: {HostTree.Args}100.json");
    }

    [Fact]
    public void A_clone_has_its_own_identity_by_every_channel_at_its_first_start()
    {
        using HostTree tree = Node("\"fw_cfg\", \"systemd\", \"smbios\"");
        tree.AddVm(900, more: $"args: {AllItems(900)}\n");
        tree.AddVm(101, more: $"args: {AllItems(900)}\n");
        tree.Phase(900, "pre-start").ExitCode.ShouldBe(0);
        tree.Phase(900, "post-start");
        string[] before = Strings(tree, 900);

        ProgramResult start = VmStart.Run(tree, 101, ReadStrings);

        start.ExitCode.ShouldBe(0, start.Error);
        start.Output.ShouldContain("\"vmid\": \"101\"");
        start.Error.ShouldContain("lamboot.vmid=101\nlamboot.fleet-id=prod-cluster-01\nlamboot.role=\n");
        Strings(tree, 900).ShouldBe(before);
        File.ReadAllText(tree.Document(900)).ShouldContain("\"vmid\": \"900\"");
        Args(tree, 101).ShouldBe($"args: {AllItems(101)}");
        VmStart.Run(tree, 101).Output.ShouldContain("\"vmid\": \"101\"");
    }

    [Fact]
    public void Files_of_several_VMs_are_refused()
    {
        using HostTree tree = Node("\"fw_cfg\", \"systemd\"");
        tree.AddVm(900);
        string mixed =
            $"args: {HostTree.Args}101.json -fw_cfg name=opt/io.systemd.credentials/lamboot.identity,file={Folder}/900.json\n";
        tree.AddVm(101, more: mixed);

        ProgramResult start = VmStart.Run(tree, 101);

        start.ExitCode.ShouldBe(3);
        start.Error.ShouldContain("start refused: args points to the identity files of VM 101 and VM 900");
        Args(tree, 101).ShouldBe(mixed.TrimEnd());
    }

    [Fact]
    public void Strings_that_are_not_chosen_any_more_are_lent_too()
    {
        using HostTree tree = Node("\"fw_cfg\"");
        tree.AddVm(900);
        tree.AddVm(
            101,
            more: $"args: -smbios type=11,path={Folder}/900.vmid,path={Folder}/900.fleet,path={Folder}/900.role\n"
        );

        ProgramResult start = VmStart.Run(tree, 101, ReadStrings);

        start.ExitCode.ShouldBe(0, start.Error);
        start.Error.ShouldContain("lamboot.vmid=101\n");
        Args(tree, 101).ShouldBe($"args: {HostTree.Args}101.json");
        File.Exists(tree.Path($"{Folder}/900.vmid")).ShouldBeFalse(); // there was none before
    }

    [Fact]
    public void Tags_that_LamBoot_could_not_read_are_left_out()
    {
        using HostTree tree = Node("\"fw_cfg\"");
        tree.AddVm(100, more: "tags: web;a\u0001b;x:y\n");

        ProgramResult result = tree.Phase(100, "pre-start");

        result.Error.ShouldContain(
            "warning: left out of tags_at_setup because LamBoot cannot read them: a\\u{1}b, x:y"
        );
        File.ReadAllText(tree.Document(100)).ShouldContain("\"tags_at_setup\": [\"web\"]");
    }

    [Theory]
    [InlineData("-fw_cfg name=opt/io.systemd.credentials/lamboot.identity,file=/var/lib/lamboot/900.json", 1)]
    [InlineData("-smbios type=11,path=/var/lib/lamboot/900.vmid,path=/var/lib/lamboot/900.role", 1)]
    [InlineData("-smbios \"type=11,path=/var/lib/lamboot/101.vmid,path=/var/lib/lamboot/900.role\" -a", 1)]
    [InlineData("-fw_cfg name=opt/io.systemd.credentials/lamboot.identity,file=/var/lib/lamboot/101.json", 0)]
    [InlineData("-smbios type=11,path=/var/lib/lamboot/101.vmid,path=/var/lib/lamboot/101.role -a", 0)]
    [InlineData("-smbios type=11,path=/etc/motd,value=x", 0)]
    [InlineData(
        "-fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/101.json -fw_cfg name=opt/io.systemd.credentials/lamboot.identity,file=/var/lib/lamboot/900.json",
        1
    )]
    public void Without_the_program_the_snippet_looks_at_each_channel(string args, int exitCode)
    {
        using HostTree tree = new();
        tree.AddVm(101, more: $"args: {args}\n");
        string script = tree.Path("/snippet");
        File.WriteAllText(
            script,
            File.ReadAllText(Repository.File("hookscripts", "lamboot-hook"))
                .Replace("/usr/local/bin/lamboot-hook", tree.Path("/nothing"), StringComparison.Ordinal)
        );

        ProgramResult
            .Run("dash", [script, "101", "pre-start"], ("LAMBOOT_ROOT", tree.Root))
            .ExitCode.ShouldBe(exitCode);
    }

    private static HostTree Node(string channels)
    {
        HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + $"[hookscript]\nchannels = [{channels}]\n");
        tree.AddScript("/usr/bin/kvm", "echo 'QEMU emulator version 10.1.2 (pve-qemu-kvm_10.1.2-3)'\n");
        return tree;
    }

    private static string AllItems(int vmid) =>
        $"{HostTree.Args}{vmid}.json -fw_cfg name=opt/io.systemd.credentials/lamboot.identity,file={Folder}/{vmid}.json "
        + $"-smbios type=11,path={Folder}/{vmid}.vmid,path={Folder}/{vmid}.fleet,path={Folder}/{vmid}.role";

    private static string Args(HostTree tree, int vmid) =>
        File.ReadAllLines(tree.Config(vmid)).Single(line => line.StartsWith("args:", StringComparison.Ordinal));

    private static string String(HostTree tree, int vmid, string part) =>
        File.ReadAllText(tree.Path($"{Folder}/{vmid}.{part}"));

    private static string[] Strings(HostTree tree, int vmid) =>
        [String(tree, vmid, "vmid"), String(tree, vmid, "fleet"), String(tree, vmid, "role")];
}
