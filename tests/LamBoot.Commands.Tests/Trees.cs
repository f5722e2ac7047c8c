namespace LamBoot.Commands.Tests;

/// <summary>Host trees that several tests start with.</summary>
internal static class Trees
{
    public static HostTree Healthy()
    {
        HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.AddVm(100, "confirmed-4m", "tags: web\n");
        tree.Phase(100, "pre-start").ExitCode.ShouldBe(0);
        return tree;
    }

    public static HostTree History()
    {
        HostTree tree = new();
        foreach (string image in new[] { "confirmed-4m", "missing-all", "entry-ctl" })
        {
            tree.AddVm(100, image);
            tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        }

        tree.AddVm(101, "confirmed-4m");
        tree.Phase(101, "post-stop").ExitCode.ShouldBe(0);
        string[] lines = File.ReadAllLines(tree.Log);
        File.WriteAllText(tree.Log, string.Join('\n', [.. lines[..3], "{\"schema_version\":1,\"to", lines[3]]));
        tree.AddVm(100, "single-03-4m-loop");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        return tree;
    }

    public static ProgramResult Run(params string[] arguments)
    {
        using HostTree tree = new();
        return tree.Hook(arguments);
    }
}
