using LamBoot.Nvram.Boot.Crashes;

namespace LamBoot.Nvram.Tests.Boot.Crashes;

/// <summary>The line that gives the reason: the kernel's own, whatever others write to its log.</summary>
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

    /// <summary>The kernel's lines also contain user-chosen text: a task's name (Comm), 15 arbitrary characters.</summary>
    [Theory]
    [InlineData("<4>[ 1.0] CPU: 0 PID: 1 Comm: a [#1] Not tainted 6.1.0-56-amd64 #1  Debian 6.1.192-1")]
    [InlineData("<4>[ 1.0] CPU: 0 PID: 1 Comm: a [#1]")]
    [InlineData("<4>[ 1.0] CPU: 0 UID: 0 PID: 1 Comm: a: 0000 [#1] SMP Not tainted 6.12.0 #1")]
    [InlineData("<4>[ 1.0] CPU: 0 PID: 1 Comm: a: 0000 [#1] SMP")]
    [InlineData("<6>[ 1.0] a: 0000 [#1][77]: segfault at 0 ip 0000 sp 0000 error 4 in a[1000+1]")]
    [InlineData("<6>[ 1.0] Oops: 0 [#1] (77): drop_caches: 3")]
    [InlineData("<6>[ 1.0] Oops: 0000 [#1 (77) used greatest stack depth: 12 bytes left")]
    [InlineData("<6>[ 1.0] a: it said Oops: 0000 [#1] SMP")]
    [InlineData("<4>[ 1.0] Oops: 0000 [#] SMP")]
    [InlineData("<4>[ 1.0] : 0000 [#1] SMP")]
    [InlineData("<4>[ 1.0] fault: 00 [#1] SMP")]
    [InlineData("<4>[ 1.0] fault: 00xy [#1] SMP")]
    [InlineData("<6>[ 1.0] BUG: a[77]: segfault at 0 ip 0000 sp 0000 error 4 in a[1000+1]")]
    public void A_tasks_name_is_none(string line)
    {
        Reason("Oops", line).ShouldBeNull();
        Reason("Oops", line + "\n<4>[ 1.1] divide error: 0000 [#1] SMP").ShouldBe("divide error: 0000 [#1] SMP");
        Reason("Oops", "<4>[ 0.9] divide error: 0000 [#1] SMP\n" + line).ShouldBe("divide error: 0000 [#1] SMP");
    }

    [Theory]
    [InlineData("Oops: 0000 [#1] PREEMPT SMP NOPTI")]
    [InlineData("Oops: 0002 [#12] PREEMPT_DYNAMIC SMP KASAN PTI")]
    [InlineData("Oops: Oops: 0002 [#1] SMP NOPTI")]
    [InlineData("Oops: divide error: 0000 [#1] PREEMPT(voluntary)")]
    [InlineData("Oops: general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1]")]
    [InlineData("general protection fault: 0000 [#1] SMP")]
    [InlineData("stack segment: 0000 [#1]")]
    [InlineData("invalid opcode: 0000 [#1] PREEMPT SMP DEBUG_PAGEALLOC KASAN")]
    [InlineData("Internal error: Oops: 96000004 [#1] PREEMPT SMP")]
    [InlineData("Internal error: Oops - BUG: 00000000f2000800 [#1]  SMP")]
    public void The_kernels_forms_of_dies_line_are_all_known(string line) =>
        Reason("Oops", "<4>[ 1.0] " + line + "\n<4>[ 1.1] Modules linked in:").ShouldBe(line);

    [Fact]
    public void A_double_fault_says_so_where_nothing_says_it_better()
    {
        const string Line = "<0>[ 1.0] PANIC: double fault, error_code: 0x0\n";

        Reason("Oops", Line + "<4>[ 1.1] double fault: 0000 [#1] SMP").ShouldBe("PANIC: double fault, error_code: 0x0");
        Reason("Panic", Line).ShouldBe("PANIC: double fault, error_code: 0x0");
        Reason("Panic", Line + "<0>[ 1.1] Kernel panic - not syncing: Machine halted.").ShouldBe("Machine halted.");
        Reason("Panic", "<0>[ 1.1] Kernel panic - not syncing: Machine halted.\n" + Line).ShouldBe("Machine halted.");
    }

    /// <summary>The kernel carries on after these; if it does not, a panic has a line of its own.</summary>
    [Theory]
    [InlineData("<0>[ 1.0] watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [a:77]")]
    [InlineData("<0>[ 1.0] BUG: soft lockup - CPU#0 stuck for 22s! [a:77]")]
    [InlineData("<3>[ 1.0] INFO: task a:77 blocked for more than 10 seconds.")]
    [InlineData("<3>[ 1.0] BUG: sleeping function called from invalid context at mm/slab.h:1")]
    [InlineData("<3>[ 1.0] BUG: scheduling while atomic: a/77/0x00000002")]
    [InlineData("<0>[ 1.0] BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 32s!")]
    public void A_report_behind_which_the_kernel_goes_on_is_none(string line)
    {
        Reason("Panic", line).ShouldBeNull();
        Reason("Oops", line).ShouldBeNull();
        Reason("Oops", line + "\n<4>[ 1.1] divide error: 0000 [#1] SMP").ShouldBe("divide error: 0000 [#1] SMP");
        new CrashStore().Add(2, line + "\n", word: "Oops").ReadOne().Reason.ShouldBeNull();
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
