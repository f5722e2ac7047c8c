using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace LamBoot.Hook.Tests.Clones;

/// <summary>A node with a VM that has clones, and what must hold for their starts.</summary>
internal static class CloneNode
{
    public const int Source = 900;
    public const string SourceDocument = "{\"vmid\": \"900\", \"marker\": \"the owner's\"}\n";

    public const string Fleet =
        HostTree.FleetOfTags
        + """
            [hookscript]
            lease_wait_seconds = 60

            """;

    public static HostTree Node()
    {
        HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", Fleet);
        tree.Write("/var/lib/lamboot/900.json", SourceDocument);
        tree.AddVm(Source, more: $"tags: even\nargs: {HostTree.Args}900.json\n");
        return tree;
    }

    public static void AddClone(HostTree tree, int vmid, int of = Source) =>
        tree.AddVm(vmid, more: $"tags: {Parity(vmid)}\nargs: -a {HostTree.Args}{of}.json\n");

    public static string Parity(int vmid) => vmid % 2 == 0 ? "even" : "odd";

    /// <summary>Begins to start a VM, and kills everything between pre-start and QEMU.</summary>
    public static void StartAndDie(HostTree tree, int vmid, Action? before = null)
    {
        using Process dies = VmStart.Begin(tree, vmid, "echo ready; exec sleep 60");
        dies.StandardOutput.ReadLine().ShouldBe("ready");
        before?.Invoke();
        dies.Kill(entireProcessTree: true);
        dies.WaitForExit();

        // Its children die a moment later on a busy machine, and hold the VM's lock until then.
        ProgramResult.Run("flock", ["-w", "20", tree.LockFile(vmid), "true"]).ExitCode.ShouldBe(0);
    }

    public static void AssertIdentity(ProgramResult start, int vmid)
    {
        start.ExitCode.ShouldBe(0, start.Error);
        using JsonDocument document = JsonDocument.Parse(start.Output);
        document
            .RootElement.GetProperty("vmid")
            .GetString()
            .ShouldBe(vmid.ToString(CultureInfo.InvariantCulture), start.Error);
        document.RootElement.GetProperty("role").GetString().ShouldBe(Parity(vmid), start.Error);
    }

    public static void AssertGivenBack(HostTree tree)
    {
        File.ReadAllText(tree.Document(Source)).ShouldBe(SourceDocument);
        Left(tree).ShouldBeEmpty();
    }

    /// <summary>Saved documents and temporary files, which no start may leave behind.</summary>
    public static List<string> Left(HostTree tree) =>
        [
            .. Directory
                .GetFiles(tree.Path("/var/lib/lamboot"))
                .Where(path => !path.EndsWith(".json", StringComparison.Ordinal)),
            .. Directory
                .GetFiles(tree.Path("/etc/pve/qemu-server"))
                .Where(path => !path.EndsWith(".conf", StringComparison.Ordinal)),
        ];

    /// <summary>The leases held. Those of a start that died are void, and remain until the VM starts again.</summary>
    public static List<string> Leases(HostTree tree) =>
        [
            .. Directory
                .GetFiles(tree.Path("/var/lib/lamboot/state"), "*.lease")
                .Where(path => new FileInfo(path).Length > 0),
        ];

    public static string? VmidOf(string document)
    {
        using JsonDocument json = JsonDocument.Parse(document);
        return json.RootElement.GetProperty("vmid").GetString();
    }
}
