namespace LamBoot.Hook.Tests.Phases;

/// <summary>The phases as run by Proxmox VE: identity in, health out.</summary>
public sealed class PhaseTests
{
    private const string FullConfig = """
        #Web%3A front%0Aargs%3A see the wiki
        #name: decoy
        agent: 1
        args: -device 'virtio-rng-pci,id=rng 0' -smbios "type=11,value=a \"b\""
        bios: ovmf
        efidisk0: local:100/vm-100-disk-0.raw,efitype=4m,size=528K
        name: web1
        parent: snap1
        tags: web;nginx

        [PENDING]
        delete: balloon
        memory: 4096

        [special:cloudinit]
        name: web1

        [snap1]
        #a snapshot
        args: -fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/900.json
        bios: ovmf
        name: web0
        snaptime: 1764000000

        """;

    [Fact]
    public void Pre_start_writes_the_identity_and_patches_args()
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.AddVm(100, more: "tags: web;nginx\n");

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldBe(
            "lamboot-hook: VM 100: identity /var/lib/lamboot/100.json: fleet 'prod-cluster-01', role 'webserver'\n"
        );
        result.Error.ShouldBe(
            "lamboot-hook: VM 100: warning: args updated; takes effect at the next start (no identity at this start); "
                + "to avoid that, run 'lamboot-hook attach 100' before the first start\n"
        );
        Golden
            .HideNow(File.ReadAllText(tree.Document(100)))
            .ShouldBe(
                """
                {
                  "vmid": "100",
                  "fleet_id": "prod-cluster-01",
                  "role": "webserver",
                  "hostname": "pve1",
                  "schema_version": "v1",
                  "written_by": "lamboot-hook 0.1.0",
                  "written_at": "NOW",
                  "tags_at_setup": ["web", "nginx"]
                }

                """
            );
        File.ReadAllText(tree.Config(100)).ShouldStartWith($"args: {HostTree.Args}100.json\nbios: ovmf\n");
    }

    [Fact]
    public void A_second_start_says_and_changes_less()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        tree.Phase(100, "pre-start");
        string config = File.ReadAllText(tree.Config(100));

        ProgramResult result = tree.Phase(100, "pre-start");

        result.Error.ShouldBe("");
        result.Output.ShouldBe("lamboot-hook: VM 100: identity /var/lib/lamboot/100.json: fleet none, role none\n");
        File.ReadAllText(tree.Config(100)).ShouldBe(config);
    }

    [Fact]
    public void Only_the_args_line_changes_as_cmp_sees_it()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/qemu-server/100.conf", FullConfig);
        tree.Write("/before.conf", FullConfig);

        tree.Phase(100, "pre-start").ExitCode.ShouldBe(0);

        ProgramResult difference = ProgramResult.Run("diff", [tree.Path("/before.conf"), tree.Config(100)]);
        difference.Output.ShouldBe(
            $"""
            4c4
            < args: -device 'virtio-rng-pci,id=rng 0' -smbios "type=11,value=a \"b\""
            ---
            > args: -device 'virtio-rng-pci,id=rng 0' -smbios "type=11,value=a \"b\"" {HostTree.Args}100.json

            """
        );
        ProgramResult.Run("cmp", [tree.Path("/before.conf"), tree.Config(100)]).ExitCode.ShouldBe(1);
        ProgramResult
            .Shell(
                "sed 4d \"$1\" >\"$1.t\"; sed 4d \"$2\" | cmp - \"$1.t\"",
                tree.Path("/before.conf"),
                tree.Config(100)
            )
            .ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Pending_args_get_the_item_too()
    {
        using HostTree tree = new();
        tree.AddVm(100, more: $"\n[pending]\nargs: -pending {HostTree.Args}900.json\n\n[snap]\nargs: -snap\n");

        tree.Phase(100, "pre-start").ExitCode.ShouldBe(0);

        File.ReadAllText(tree.Config(100))
            .ShouldEndWith($"\n[pending]\nargs: -pending {HostTree.Args}100.json\n\n[snap]\nargs: -snap\n");
    }

    [Theory]
    [InlineData("post-start")]
    [InlineData("post-stop")]
    public void Later_phases_see_to_the_item_too(string phase)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        string original = File.ReadAllText(tree.Config(100));
        tree.Phase(100, "pre-start");
        File.WriteAllText(tree.Config(100), original); // as a resume does

        ProgramResult result = tree.Phase(100, phase);

        result.Output.ShouldStartWith("lamboot-hook: VM 100: args updated; takes effect at the next start\n");
        File.ReadAllText(tree.Config(100)).ShouldContain($"args: {HostTree.Args}100.json\n");
    }

    [Fact]
    public void A_clones_args_get_its_own_document()
    {
        using HostTree tree = new();
        tree.AddVm(101, more: $"args: -a {HostTree.Args}900.json -b\n");

        tree.Phase(101, "pre-start");

        File.ReadAllText(tree.Config(101)).ShouldContain($"args: -a {HostTree.Args}101.json -b\n");
    }

    [Fact]
    public void Post_stop_logs_the_health()
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.AddVm(100, "confirmed-4m");

        ProgramResult result = tree.Phase(100, "post-stop");

        result.ShouldBe(
            new(
                0,
                "lamboot-hook: VM 100: health healthy: its guest confirmed the boot (BootedOK, 0 crashes, entry arch-linux, 2031-10-26T15:27:16Z)\n",
                ""
            )
        );
        Golden
            .HideNow(File.ReadAllText(tree.Log))
            .ShouldBe(
                """
                {"schema_version":1,"observed_at":"NOW","phase":"post-stop","node":"pve1","vmid":100,"name":"vm100","fleet_id":"prod-cluster-01","role":"webserver","status":"healthy","state":"BootedOK","state_code":2,"crash_count":0,"last_entry":"arch-linux","timestamp":"2031-10-26T15:27:16Z","version":"0.8.4","vmgenid":null,"qmp_status":"stopped","error":null,"verdict":"confirmed","reason":"its guest confirmed the boot","confirmed_by":"guest","firmware_boots":1,"boots_since_start":null,"ended_by":null,"crash":null}

                """
            );
    }

    [Fact]
    public void What_a_guest_wrote_does_not_reach_the_task_log_raw()
    {
        using HostTree tree = new();
        tree.AddVm(100, "entry-ctl");

        ProgramResult result = tree.Phase(100, "post-stop");

        result.Output.ShouldContain("entry x\\u{1b}[31mred\\u{7f},");
        (result.Output + File.ReadAllText(tree.Log)).ShouldAllBe(c => c == '\n' || !char.IsControl(c));
    }

    [Theory]
    [InlineData("100", "pre-stop")]
    [InlineData("100", "pre-migrate")]
    [InlineData("100", "")]
    [InlineData("100", "pre-start\n")]
    public void Other_phases_do_nothing(string vmid, string phase)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        Dictionary<string, string> before = tree.Snapshot();

        tree.Hook([vmid, phase]).ShouldBe(new(0, "", ""));

        tree.Snapshot().ShouldBe(before);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("99")]
    [InlineData("0100")]
    [InlineData("1000000000")]
    [InlineData("99999999999999999999")]
    [InlineData("-1")]
    [InlineData("+100")]
    [InlineData("../100")]
    [InlineData("")]
    public void A_VMID_that_is_none_lets_the_VM_start(string vmid)
    {
        using HostTree tree = new();
        tree.AddVm(100);
        Dictionary<string, string> before = tree.Snapshot();

        tree.Hook([vmid, "pre-start"])
            .ShouldBe(new(0, "", $"lamboot-hook: invalid VMID '{vmid}' (must be 100–999999999): nothing done\n"));

        tree.Snapshot().ShouldBe(before);
    }

    [Fact]
    public void Root_and_config_may_be_options_too()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        tree.Write("/other.toml", "schema_version = 1\n[fleet]\nid = \"other\"\n");

        ProgramResult result = ProgramResult.Run(
            Repository.File("out", "bin", "lamboot-hook"),
            ["--root", tree.Root, "--config", tree.Path("/other.toml"), "100", "pre-start"]
        );

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("fleet 'other'");
    }
}
