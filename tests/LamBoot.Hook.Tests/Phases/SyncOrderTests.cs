namespace LamBoot.Hook.Tests.Phases;

/// <summary>What a clone's first start syncs, and in which order, by its system calls.</summary>
public sealed class SyncOrderTests
{
    /// <summary>
    /// The owner's document before it is lent; and the source's boot before the args change, because nothing else would tell of it after a
    /// power failure.
    /// </summary>
    [Fact]
    public void What_a_power_failure_must_not_lose_is_synced_in_order_and_nothing_else()
    {
        using HostTree tree = new();
        tree.Write("/var/lib/lamboot/900.json", "{}");
        tree.AddVm(101, "crash-255", $"args: {HostTree.Args}900.json\n");
        using HeldLock held = new(tree, 101);

        ProgramResult start = ProgramResult.Run(
            "strace",
            ["-y", "-e", "trace=fsync,rename", Repository.File("out", "bin", "lamboot-hook"), "101", "pre-start"],
            ("LAMBOOT_ROOT", tree.Root)
        );

        string[] calls = [.. start.Error.Split('\n').Where(line => line.Contains(" = 0", StringComparison.Ordinal))];
        int renamed = IndexOf(0, "rename", "101.boots.lamboot-");
        IndexOf(0, "fsync", "101.boots.lamboot-").ShouldBeInRange(0, renamed);
        int lent = Array.FindIndex(calls, line => line.EndsWith("/900.json\") = 0", StringComparison.Ordinal));
        IndexOf(0, "fsync", "900.json.owner.lamboot-").ShouldBeInRange(0, lent, "what is lent can be restored");
        IndexOf(0, "fsync", "/var/lib/lamboot>").ShouldBeInRange(0, lent);
        IndexOf(0, "fsync", "900.json.lamboot-").ShouldBe(-1, "what is lent may be lost");
        IndexOf(0, "fsync", "101.lent").ShouldBe(-1);
        IndexOf(renamed, "fsync", "/state>").ShouldBeInRange(renamed, IndexOf(0, "rename", "101.conf.lamboot-"));

        int IndexOf(int from, string call, string file) =>
            Array.FindIndex(
                calls,
                from,
                line => line.Contains(call, StringComparison.Ordinal) && line.Contains(file, StringComparison.Ordinal)
            );
    }
}
