using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using LamBoot.Monitor.Tests.Alerts;
using LamBoot.Monitor.Tests.Watch;

namespace LamBoot.Monitor.Tests.Output;

/// <summary>The path to a fleet of many nodes: existing engines collect, store and alert. All on the loopback interface.</summary>
public sealed class PrometheusTests
{
    private const int Nodes = 10;
    private const int BrokenNode = 7;

    private static string Rules => Repository.File("etc-examples", "prometheus", "lamboot.rules.yml");

    [Fact]
    public void The_alert_rules_do_what_they_say()
    {
        SkipWithout("promtool");

        ProgramResult result = ProgramResult.Shell(
            "promtool test rules \"$1\" 2>&1",
            Repository.File("etc-examples", "prometheus", "lamboot.rules.test.yml")
        );

        result.ExitCode.ShouldBe(0, result.Output);
    }

    /// <summary>Ten nodes, with a VM on one in a crash loop: Alertmanager notifies its receiver of that VM, and of no other.</summary>
    [Fact]
    public void A_crash_loop_on_one_node_of_ten_reaches_the_receiver()
    {
        SkipWithout("prometheus", "prometheus-node-exporter", "prometheus-alertmanager");
        using HostTree tree = new();
        using Receiver receiver = new();
        int[] ports = FreePorts(Nodes + 3);
        List<Daemon> daemons = [];
        try
        {
            for (int node = 0; node < Nodes; node++)
            {
                string folder = SurveyNode(tree, node);
                daemons.Add(
                    new(
                        "prometheus-node-exporter",
                        $"--web.listen-address=127.0.0.1:{ports[node]}",
                        "--collector.disable-defaults",
                        "--collector.textfile",
                        $"--collector.textfile.directory={folder}"
                    )
                );
            }

            daemons.Add(StartAlertmanager(tree, receiver.Url, ports[Nodes], ports[Nodes + 1]));
            daemons.Add(StartPrometheus(tree, ports));

            JsonElement alert = Critical(receiver); // it crashed, which is another alert
            alert
                .GetProperty("annotations")
                .GetProperty("summary")
                .GetString()
                .ShouldBe($"VM {Vmid(BrokenNode)} (vm{Vmid(BrokenNode)}) on pve{BrokenNode} does not boot");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(string.Join("\n\n", daemons.TakeLast(2).Select(daemon => daemon.Log)), e);
        }
        finally
        {
            daemons.ForEach(daemon => daemon.Dispose());
        }
    }

    /// <summary>systemd itself accepts the units, with the programs where they are built.</summary>
    [Fact]
    public void The_units_are_right()
    {
        SkipWithout("systemd-analyze");
        using HostTree tree = new();
        string[] units = Directory.GetFiles(Repository.File("etc-examples", "systemd"));
        units.Length.ShouldBe(5);
        foreach (string unit in units)
        {
            string text = File.ReadAllText(unit)
                .Replace("/usr/local/bin", Repository.File("out", "bin"), StringComparison.Ordinal);
            tree.Write("/units/" + Path.GetFileName(unit), text);
        }

        ProgramResult result = ProgramResult.Shell("systemd-analyze verify \"$1\"/* 2>&1", tree.Path("/units"));

        result.ShouldBe(new(0, "", ""));
    }

    private static JsonElement Critical(Receiver receiver)
    {
        while (true)
        {
            using JsonDocument json = JsonDocument.Parse(receiver.Next().Body);
            foreach (JsonElement alert in json.RootElement.GetProperty("alerts").EnumerateArray())
            {
                if (alert.GetProperty("labels").GetProperty("alertname").GetString() == "LamBootVmCritical")
                {
                    return alert.Clone();
                }
            }
        }
    }

    /// <summary>A node with two VMs, with its metrics written as by the unit.</summary>
    /// <returns>The folder of its metrics.</returns>
    private static string SurveyNode(HostTree tree, int node)
    {
        using HostTree host = new();
        host.Write("/etc/hostname", $"pve{node}\n");
        host.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        host.AddVm(Vmid(node), node == BrokenNode ? "panic-255" : "confirmed-4m");
        host.AddVm(Vmid(node) + 1, "confirmed-4m");
        string folder = tree.Path($"/metrics/{node}");
        Directory.CreateDirectory(folder);
        host.Monitor("--textfile", folder + "/lamboot.prom").ShouldBe(new(0, "", ""));
        return folder;
    }

    private static int Vmid(int node) => 100 + 10 * node;

    private static Daemon StartAlertmanager(HostTree tree, string url, int port, int clusterPort)
    {
        tree.Write(
            "/alertmanager.yml",
            $"""
            route:
              receiver: test
              group_by: [alertname]
              group_wait: 0s
            receivers:
              - name: test
                webhook_configs:
                  - url: {url}
            """
        );
        return new(
            "prometheus-alertmanager",
            $"--config.file={tree.Path("/alertmanager.yml")}",
            $"--storage.path={tree.Path("/alertmanager")}",
            $"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
            $"--cluster.advertise-address=127.0.0.1:{clusterPort}"
        );
    }

    private static Daemon StartPrometheus(HostTree tree, int[] ports)
    {
        IEnumerable<string> targets = Enumerable
            .Range(0, Nodes)
            .Select(node =>
                $"      - targets: ['127.0.0.1:{ports[node]}']\n        labels: {{ instance: pve{node} }}\n"
            );
        tree.Write(
            "/prometheus.yml",
            $"""
            global:
              scrape_interval: 1s
              evaluation_interval: 1s
            rule_files:
              - {Rules}
            alerting:
              alertmanagers:
                - static_configs:
                    - targets: ['127.0.0.1:{ports[Nodes]}']
            scrape_configs:
              - job_name: node
                static_configs:
            {string.Concat(targets)}
            """
        );
        return new(
            "prometheus",
            $"--config.file={tree.Path("/prometheus.yml")}",
            $"--storage.tsdb.path={tree.Path("/prometheus")}",
            $"--web.listen-address=127.0.0.1:{ports[Nodes + 2]}"
        );
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Stop());
        return ports;
    }

    private static void SkipWithout(params string[] programs)
    {
        foreach (string program in programs)
        {
            Assert.SkipUnless(File.Exists("/usr/bin/" + program), $"{program} cannot be installed here");
        }
    }
}
