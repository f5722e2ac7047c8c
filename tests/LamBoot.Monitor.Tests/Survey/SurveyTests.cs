using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LamBoot.Monitor.Tests.Watch;

namespace LamBoot.Monitor.Tests.Survey;

/// <summary>Which VMs are shown, what QEMU reports about them, and storage that hangs.</summary>
public sealed class SurveyTests
{
    [Theory]
    [InlineData("100 101 102", "--tag", "WEB", "--tag", "db")]
    [InlineData("100", "--role", "webserver")]
    [InlineData("101 103", "--status", "critical")]
    [InlineData("101", "--status", "critical", "--tag", "db")]
    [InlineData("", "--tag", "none")]
    public void Filters_choose(string vmids, params string[] arguments)
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.AddVm(100, "confirmed-4m", "tags: web;prod\n");
        tree.AddVm(101, "panic-255", "tags: db\n");
        tree.AddVm(102, "confirmed-4m", "tags: Web\n");
        tree.AddVm(103, "panic-255");

        using JsonDocument json = JsonDocument.Parse(tree.Monitor(["--json", .. arguments]).Output);

        string.Join(
                ' ',
                json.RootElement.EnumerateArray().Select(record => record.GetProperty("vmid").GetInt32()).Order()
            )
            .ShouldBe(vmids);
    }

    [Fact]
    public void VMs_without_LamBoot_are_counted_and_attached_ones_shown()
    {
        using HostTree tree = new();
        tree.AddVm(100, "missing-all");
        tree.AddVm(101, "missing-all", $"args: {HostTree.Args}101.json\n");
        tree.AddVm(102, "missing-all", "hookscript: local:snippets/lamboot-hook\n");
        tree.Write("/etc/pve/qemu-server/103.conf", "name: bios\n");

        string some = tree.Monitor().Output;
        string all = tree.Monitor("--all").Output;

        Vmids(some).ShouldBe(["101", "102"]);
        some.ShouldEndWith("2 VMs: 0 critical, 0 warning, 2 unknown, 0 healthy; 2 without LamBoot not shown (--all)\n");
        Vmids(all).ShouldBe(["100", "101", "102", "103"]);
    }

    [Theory]
    [InlineData("{\"return\": {\"status\": \"paused\", \"running\": false}}", "paused")]
    [InlineData("{\"timestamp\": {}, \"event\": \"STOP\"}\n{\"return\": {\"status\": \"io-error\"}}", "io-error")]
    [InlineData("{\"return\": {\"status\": \"\\u001b[31m\"}}", "running")] // not a state of QEMU's
    [InlineData("{\"return\": {\"status\": 7}}", "running")]
    [InlineData("nonsense with \"status\"", "running")]
    [InlineData("", "running")] // it does not answer
    public async Task The_power_state_is_QEMUs_own(string answer, string power)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        using Process qemu = tree.RunQemu(100);
        try
        {
            using Socket server = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            server.Bind(new UnixDomainSocketEndPoint(tree.Path("/run/qemu-server/100.qmp")));
            server.Listen();
            Task served = Task.Run(() => Serve(server, answer));

            string shown = await Task.Run(() => tree.Monitor("--json").Output);

            shown.ShouldContain($"\"qmp_status\": \"{power}\"");
            await served;
        }
        finally
        {
            qemu.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void A_storage_that_hangs_delays_its_own_VMs_alone()
    {
        using HostTree tree = new();
        string path = tree.Path("/mnt/pve/nas");
        tree.Write("/etc/pve/storage.cfg", "nfs: nas\n\tserver 10.0.0.1\n\texport /srv\n");
        tree.AddVm(100, "confirmed-4m");
        for (int vmid = 101; vmid < 110; vmid++)
        {
            tree.Write(
                $"/etc/pve/qemu-server/{vmid}.conf",
                $"bios: ovmf\nefidisk0: nas:{vmid}/vm-{vmid}-disk-0.raw\nargs: {HostTree.Args}{vmid}.json\n"
            );
        }

        using FuseMount mount = new(tree, path);
        mount.Hang();
        Stopwatch watch = Stopwatch.StartNew();

        string shown = tree.Monitor().Output;

        watch.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(4.5), TimeSpan.FromSeconds(9));
        shown.ShouldContain("healthy  BootedOK");
        shown.Split("timeout: storage 'nas' did not answer within 5 s").Length.ShouldBe(10);
    }

    /// <summary>
    /// If one VM's store cannot be read, only that VM is given up, even though its neighbors together take longer than the time limit.
    /// </summary>
    [Fact]
    public void A_VM_that_hangs_does_not_blind_its_neighbours()
    {
        const int Vms = 12;
        using HostTree tree = new();
        tree.Write("/etc/pve/storage.cfg", "rbd: ceph\n\tpool p\n\tmonhost 10.0.0.1\n");
        CorpusImage.Get("confirmed-4m").WriteTo(tree.Path("/image"));
        tree.Write(
            "/usr/bin/rbd",
            $"#!/bin/sh\ncase $* in *vm-100-*) exec sleep 60 ;; esac\nsleep 0.7\nexec cat '{tree.Path("/image")}'\n"
        );
        File.SetUnixFileMode(tree.Path("/usr/bin/rbd"), (UnixFileMode)0x1ed);
        for (int vmid = 100; vmid < 100 + Vms; vmid++)
        {
            tree.Write($"/etc/pve/qemu-server/{vmid}.conf", $"bios: ovmf\nefidisk0: ceph:vm-{vmid}-disk-0\n");
        }

        string shown = tree.Monitor().Output;

        shown.ShouldContain("timeout: ");
        shown.ShouldEndWith($"{Vms} VMs: 0 critical, 0 warning, 1 unknown, {Vms - 1} healthy\n");
    }

    [Fact]
    public async Task A_watch_goes_on_while_a_storage_hangs_and_sees_it_recover()
    {
        using HostTree tree = new();
        string path = tree.Path("/mnt/pve/nas");
        tree.Write("/etc/pve/storage.cfg", "nfs: nas\n\tserver 10.0.0.1\n\texport /srv\n");
        tree.AddVm(100, "confirmed-4m");
        tree.Write(
            "/etc/pve/qemu-server/101.conf",
            $"bios: ovmf\nefidisk0: nas:101/vm-101-disk-0.raw\nargs: {HostTree.Args}101.json\n"
        );
        using FuseMount mount = new(tree, path);
        CorpusImage.Get("panic-255").WriteTo(path + "/images/101/vm-101-disk-0.raw");
        mount.Hang();
        using Watching watch = new(tree, []);
        List<string> begin = [await watch.Line(), await watch.Line()];
        begin.ShouldContain(line => line.Contains("timeout: storage 'nas' did not answer within 5 s"));
        (await watch.Line()).ShouldContain("timeout: storage 'nas' still hangs");

        CorpusImage.Get("panic-255").WriteTo(tree.ImagePath(100));
        (await watch.Line()).ShouldContain("VM 100 (vm100): healthy -> critical");
        mount.Recover();

        (await watch.Line()).ShouldContain("VM 101: unknown -> critical");
    }

    private static void Serve(Socket server, string answer)
    {
        using Socket client = server.Accept();
        client.Send(Encoding.UTF8.GetBytes("{\"QMP\": {\"version\": {}}}\r\n"));
        byte[] asked = new byte[1000];
        string text = Encoding.UTF8.GetString(asked, 0, client.Receive(asked));
        text.ShouldContain("qmp_capabilities");
        client.Send(Encoding.UTF8.GetBytes("{\"return\": {}}\r\n"));
        if (answer.Length > 0)
        {
            client.Send(Encoding.UTF8.GetBytes(answer + "\r\n"));
        }

        // QEMU keeps the connection; the client ends it.
        client.ReceiveTimeout = 10_000;
        while (client.Receive(asked) > 0) { }
    }

    private static string[] Vmids(string table) =>
        [.. table.Split('\n').Where(line => line.StartsWith('1')).Select(line => line.Split(' ')[0])];
}
