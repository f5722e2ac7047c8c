namespace LamBoot.Commands.Tests.Check;

/// <summary>A host tree in which nothing is wrong.</summary>
internal static class CheckTree
{
    public static HostTree Healthy()
    {
        HostTree tree = new HostTree().AddQm();
        tree.AddVm(100, "confirmed-4m");
        tree.AddVm(101, "confirmed-4m");
        tree.AddVm(102, "confirmed-4m");
        tree.Hook(["attach", "100", "101"]).ExitCode.ShouldBe(0);
        return tree;
    }
}
