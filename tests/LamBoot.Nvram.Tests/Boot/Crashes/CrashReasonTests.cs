using LamBoot.Nvram.Boot.Crashes;

namespace LamBoot.Nvram.Tests.Boot.Crashes;

/// <summary>The line that says why: the kernel's own, whatever others write into its log.</summary>
public sealed class CrashReasonTests
{
    [Theory]
    [InlineData("<0>[    1.5] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)")]
    [InlineData("<0>[    1.5][    T1] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)")]
    [InlineData(
        "<0>[   11.567890][  C15] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0) "
    )]
    [InlineData("<2>Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)")]
    public void A_panics_is_what_follows_its_mark(string line) =>
        Reason("Panic", line).ShouldBe("VFS: Unable to mount root fs on unknown-block(0,0)");

    [Theory]
    [InlineData("<8>[    1.5] Kernel panic - not syncing: fake")]
    [InlineData("<12><0>[    1.5] Kernel panic - not syncing: fake")]
    [InlineData("<15>[    1.5] <0>[    1.6] Kernel panic - not syncing: fake")]
    [InlineData("<80>Kernel panic - not syncing: fake")]
    [InlineData("<4294967296>Kernel panic - not syncing: fake")]
    [InlineData("<>Kernel panic - not syncing: fake")]
    [InlineData("<-1>Kernel panic - not syncing: fake")]
    [InlineData("< 0>Kernel panic - not syncing: fake")]
    [InlineData("Kernel panic - not syncing: fake")]
    [InlineData("<4>[    1.5] it said Kernel panic - not syncing: fake")]
    [InlineData("<4>[    1.5] [    1.6] Kernel panic - not syncing: fake")]
    public void Others_lines_give_none(string line)
    {
        Reason("Panic", line).ShouldBeNull();
        Reason("Panic", "<0>[    1.0] Kernel panic - not syncing: real\n" + line).ShouldBe("real");
    }

    [Fact]
    public void Only_the_level_is_taken_off_and_once()
    {
        CrashRecord crash = new CrashStore().Add(1, "<12>[    1.5] <0>x\n<6><7>y\n<999>z\nplain\n\n").ReadOne();

        crash.Text.ShouldBe("[    1.5] <0>x\n<7>y\nz\nplain\n\n");
    }

    /// <summary>A part that would not deflate is cut off in front, so that user space's text may come to stand at a line's start.</summary>
    [Fact]
    public void A_plain_part_among_deflated_ones_begins_inside_a_line()
    {
        CrashRecord crash = new CrashStore()
            .Add(1, "<4>[    2.0] x\n")
            .Add(
                2,
                "<0>Kernel panic - not syncing: fake\n<0>[    1.0] Kernel panic - not syncing: real\n",
                deflated: false
            )
            .Add(3, "<4>[    0.1] y\n")
            .ReadOne();

        crash.Reason.ShouldBe("real");
        new CrashStore()
            .Add(1, "<0>Kernel panic - not syncing: first line\n", deflated: false)
            .ReadOne()
            .Reason.ShouldBe("first line");
    }

    [Theory]
    [InlineData(
        "<1>[ 1.0] BUG: kernel NULL pointer dereference, address: 0000000000000018\n<1>[ 1.0] #PF: supervisor read access\n<6>[ 1.0] PGD 0 P4D 0 \n<4>[ 1.0] Oops: 0000 [#1] PREEMPT SMP",
        "BUG: kernel NULL pointer dereference, address: 0000000000000018"
    )]
    [InlineData(
        "<4>[ 1.0] general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1] SMP NOPTI",
        "general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1] SMP NOPTI"
    )]
    [InlineData(
        "<4>[ 1.0] ------------[ cut here ]------------\n<2>[ 1.0] kernel BUG at fs/ext4/inode.c:123!\n<4>[ 1.0] invalid opcode: 0000 [#1] SMP",
        "kernel BUG at fs/ext4/inode.c:123!"
    )]
    [InlineData(
        "<1>[ 1.0] Unable to handle kernel NULL pointer dereference at virtual address 0000000000000000\n<1>[ 1.0] Mem abort info:\n<1>[ 1.0]   ESR = 0x0000000096000004\n<0>[ 1.0] Internal error: Oops: 0000000096000004 [#1] SMP",
        "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000000"
    )]
    [InlineData("<4>[ 1.0] divide error: 0000 [#1] SMP", "divide error: 0000 [#1] SMP")]
    public void An_oopss_is_its_first_line(string lines, string reason)
    {
        string before =
            "<3>[ 0.1] BUG: sleeping function called from invalid context at mm/slab.h:1\n<4>[ 0.1] Call Trace:\n<4>[ 0.1]  x\n";
        string after = "<4>[ 1.1] Modules linked in: a\n<4>[ 1.1] ---[ end trace 0000000000000000 ]---";

        Reason("Oops", lines + "\n" + after).ShouldBe(reason);
        Reason("Oops", before + lines + "\n" + after).ShouldBe(reason);
    }

    [Fact]
    public void Of_two_oopses_the_newest_counts()
    {
        string older = "<1>BUG: older\n<4>Oops: 0000 [#1] SMP\n<4>---[ end trace 1 ]---\n";
        string newer = "<1>BUG: newer\n<4>Oops: 0000 [#2] SMP\n<4>---[ end trace 2 ]---\n";

        Reason("Oops", older + newer).ShouldBe("BUG: newer");
    }

    [Fact]
    public void An_older_oops_is_not_the_reason_where_the_newers_part_is_missing()
    {
        const string Older = "<1>BUG: older\n<4>Oops: 0000 [#1] SMP\n<4>---[ end trace 1 ]---\n";
        new CrashStore()
            .Add(1, "<4>---[ end trace 2 ]---\n", word: "Oops")
            .Add(3, Older, word: "Oops")
            .ReadOne()
            .Reason.ShouldBeNull();
        new CrashStore()
            .Add(1, "<4>---[ end trace 2 ]---\n", word: "Oops")
            .Add(3, "<1>BUG: newer\n", word: "Oops")
            .ReadOne()
            .Reason.ShouldBe("BUG: newer");
    }

    [Fact]
    public void A_reason_keeps_what_was_said_and_is_bounded()
    {
        string reason = "\u001b[31m\a" + new string('x', 5000);

        Reason("Panic", "<0>Kernel panic - not syncing: " + reason).ShouldBe(reason[..1024]);
    }

    private static string? Reason(string word, string lines) =>
        new CrashStore().Add(1, lines + "\n", word: word).ReadOne().Reason;
}
