using System.Security.Cryptography;
using System.Text;
using LamBoot.Nvram.Boot.Crashes;

namespace LamBoot.Nvram.Tests.Boot.Crashes;

/// <summary>Records that are damaged, not text, or designed to be slow: read as far as possible, within bounds.</summary>
public sealed class DamagedCrashTests
{
    private const string PanicLine = "<0>[    5.1] Kernel panic - not syncing: gone\n";

    [Fact]
    public void What_cannot_be_read_is_said()
    {
        byte[] noise = new byte[300];
        new Random(5).NextBytes(noise);
        CrashRecord crash = new CrashStore().Add("dump-type0-1-1-1000-C", noise).Add(2, PanicLine).ReadOne();

        crash.Reason.ShouldBe("gone");
        crash.Flaws.ShouldBe(["part 1 cannot be read"]);
        CrashRecord other = new CrashStore().Add("dump-type0-1-1-1000-C", noise).ReadOne();
        other.Kind.ShouldBe(CrashKind.Unknown);
        other.IsCrash.ShouldBeFalse();
    }

    [Fact]
    public void A_stream_that_is_cut_off_keeps_its_beginning()
    {
        string lines = PanicLine + Convert.ToHexString(RandomNumberGenerator.GetBytes(2000)) + "\n";
        byte[] whole = CrashStore.Deflate(Encoding.ASCII.GetBytes("Panic#1 Part1\n" + lines));

        CrashRecord crash = new CrashStore().Add("dump-type0-1-1-1000-C", whole[..(whole.Length / 2)]).ReadOne();

        crash.Reason.ShouldBe("gone");
        crash.Flaws.ShouldBe(["part 1 is damaged at its end"]);
    }

    [Fact]
    public void A_stream_that_is_damaged_keeps_what_comes_before()
    {
        string lines = string.Concat(Enumerable.Range(0, 300).Select(i => $"<4>[{i}] {i * 7919} {i * i}\n"));
        byte[] damaged = CrashStore.Deflate(Encoding.ASCII.GetBytes("Panic#1 Part1\n" + PanicLine + lines));
        damaged.AsSpan(damaged.Length / 2).Fill(0xff);

        CrashRecord crash = new CrashStore().Add("dump-type0-1-1-1000-C", damaged).ReadOne();

        crash.Reason.ShouldBe("gone");
        crash.Text.Length.ShouldBeGreaterThan(lines.Length / 4);
        crash.Flaws.ShouldBe(["part 1 is damaged at its end"]);
    }

    [Fact]
    public void A_bomb_is_read_as_far_as_a_record_may_be_long()
    {
        byte[] bomb = new byte[16 << 20];
        bomb.AsSpan().Fill((byte)'x');
        Encoding.ASCII.GetBytes("Panic#1 Part1\n" + PanicLine).CopyTo(bomb, 0);
        CrashStore store = new CrashStore().Add("dump-type0-1-1-1000-C", CrashStore.Deflate(bomb)).Add(2, "<4>b\n");
        long before = GC.GetAllocatedBytesForCurrentThread();

        CrashRecord crash = store.ReadOne();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4 << 20);
        crash.Reason.ShouldBe("gone");
        crash.Text.Length.ShouldBeLessThan((64 << 10) + 10);
        crash.Flaws.ShouldBe(["part 1 is too long and was cut off"]);
    }

    [Fact]
    public void The_text_of_a_dump_and_of_all_is_bounded_and_the_newest_is_kept()
    {
        byte[] text = new byte[60_000];
        text.AsSpan().Fill((byte)'x');
        text[^1] = (byte)'\n';
        CrashStore store = new();
        for (int dump = 0; dump < 8; dump++)
        {
            for (int part = 1; part <= 20; part++)
            {
                Encoding.ASCII.GetBytes($"Panic#1 Part{part}\n{part};").CopyTo(text, 0);
                store.Add($"dump-type0-{part}-1-{1000 + (100 * dump)}-C", CrashStore.Deflate(text));
            }
        }

        IReadOnlyList<CrashRecord> crashes = store.Read();

        crashes.Count.ShouldBe(8);
        crashes.Sum(crash => (long)crash.Text.Length).ShouldBeLessThan((4 << 20) + 1000);
        crashes[0].Text.Length.ShouldBeInRange(1_000_000, (1 << 20) + 20);
        crashes[0].Text.ShouldContain("\n1;"); // the newest part
        crashes[0]
            .Flaws.ShouldBe(["part 18 is too long and was cut off", "parts 19-20 were left out: the text is too long"]);
        crashes[7].Text.ShouldBeEmpty();
        crashes[7].Parts.Count.ShouldBe(20);
    }
}
