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

    /// <summary>A tree in which a script broke something, with <c>$R</c> as the tree's root and <c>$T</c> as the corpus.</summary>
    public static HostTree Broken(string fault)
    {
        HostTree tree = Healthy();
        ProgramResult broken = ProgramResult.Shell(
            "R=$1 C=$1/etc/pve/qemu-server/100.conf S=$1/var/lib/vz/snippets/lamboot-hook V=$1/var/lib/vz/images/100/vm-100-disk-0.raw T=$2; "
                + $"export LAMBOOT_ROOT=$1; {fault}",
            tree.Root,
            Repository.File("tests", "corpus")
        );
        broken.ExitCode.ShouldBe(0, broken.Error);
        return tree;
    }
}
