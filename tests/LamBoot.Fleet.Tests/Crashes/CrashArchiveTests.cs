using System.Globalization;
using System.Text;
using LamBoot.Fleet.Crashes;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Linux;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Variables;

namespace LamBoot.Fleet.Tests.Crashes;

/// <summary>Crashes are kept on the host: complete, once, escaped, bounded, and the newest of each VM.</summary>
public sealed class CrashArchiveTests : IDisposable
{
    private readonly HostTree _tree = new();

    private string Folder => _tree.Path("/var/lib/lamboot/crash");

    private CrashArchive Archive => new(new HostRoot(_tree.Root));

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_crash_is_kept_once_and_reads_as_it_was()
    {
        Keep(101, CrashImage("k6.12-init-killed"));
        string path = Files().ShouldHaveSingleItem();
        DateTime kept = File.GetLastWriteTimeUtc(path);
        Keep(101, CrashImage("k6.12-init-killed"));

        File.GetLastWriteTimeUtc(path).ShouldBe(kept);
        KeptCrash crash = Archive.Read(101).ShouldHaveSingleItem();
        KeptCrash stored = KeptCrash.Of(Newest("k6.12-init-killed"));
        crash.Summary.Reason.ShouldBe("Attempted to kill init! exitcode=0x00000100");
        crash.Summary.ShouldBe(stored.Summary with { IsEscaped = true });
        crash.Parts.ShouldBe(stored.Parts);
        crash.SafeLines.ShouldBe(stored.SafeLines);
        crash.File.ShouldBe(Archive.Find(101, null, stored.Summary));
        Archive.Read(102).ShouldBeEmpty();
    }

    [Fact]
    public void A_file_is_for_those_who_watch_the_host_alone()
    {
        Keep(101, CrashImage("k6.12-init-killed"));

        UnixFileMode mode = File.GetUnixFileMode(Files().Single());

        mode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
    }

    [Fact]
    public void An_oops_and_the_panic_after_it_are_two_files()
    {
        Keep(101, CrashImage("k6.1-oops-then-panic"));

        Archive.Read(101).Select(crash => crash.Summary.Kind).ShouldBe([CrashKind.KernelPanic, CrashKind.KernelOops]);
    }

    [Fact]
    public void A_dump_that_is_being_written_is_kept_whole_in_the_end()
    {
        byte[] whole = CrashImage("k6.12-init-killed");
        byte[] part = (byte[])whole.Clone();
        VariableStore.TryOpen(part, part.Length, out VariableStore store, out _).ShouldBeTrue();
        foreach (Nvram.Layout.VariableEntry entry in store.Variables)
        {
            if (
                entry.Name.StartsWith("dump-type0-", StringComparison.Ordinal)
                && !entry.Name.Contains("-1-1-", StringComparison.Ordinal)
                && entry.Name[11] > '3'
            )
            {
                part[store.Offset + entry.Offset + 2] = 0x3c;
            }
        }

        Keep(101, part);
        int before = Archive.Read(101).Single().Text.Length;
        Keep(101, whole);
        int after = Archive.Read(101).Single().Text.Length;
        Keep(101, part);

        after.ShouldBeGreaterThan(before);
        Archive.Read(101).Single().Text.Length.ShouldBe(after);
    }

    [Fact]
    public void The_newest_of_a_VM_are_kept_and_other_VMs_keep_theirs()
    {
        Keep(102, CrashImage("k6.1-sysrq-twice"));
        for (int i = 0; i < CrashArchive.MostOfVm + 5; i++)
        {
            Write(101, 1_790_000_000 + i);
        }

        Archive.Read(101).Count.ShouldBe(CrashArchive.MostOfVm);
        Archive.Read(101)[0].Summary.At!.Value.ToUnixTimeSeconds().ShouldBe(1_790_000_000 + CrashArchive.MostOfVm + 4);
        Archive.Read(102).Count.ShouldBe(2);
    }

    /// <summary>A guest's clock may show any time: what was written last is kept, whatever its time.</summary>
    [Fact]
    public void A_time_in_the_future_keeps_no_later_crash_out()
    {
        for (int i = 0; i < CrashArchive.MostOfVm; i++)
        {
            Write(101, 200_000_000_000 + i);
        }

        Write(101, 1_790_000_000);

        Archive.Read(101).ShouldContain(crash => crash.Summary.At!.Value.Year == 2026);
    }

    [Fact]
    public void What_a_guest_wrote_is_escaped_and_bounded()
    {
        string hostile =
            "Panic#1 Part1\n<0>[    1.0] Kernel panic - not syncing: \u001b]0;owned\u0007\nkind: kernel-oops\n";
        Write(
            101,
            1_790_000_000,
            hostile + string.Concat(Enumerable.Repeat("<6>[    1.0] \u0001\u0002\u0003\u202e\n", 2_000))
        );

        string path = Files().Single();
        string text = File.ReadAllText(path);
        new FileInfo(path).Length.ShouldBeLessThanOrEqualTo(KeptCrash.MaximumSize);
        text.Where(c => (char.IsControl(c) && c != '\n') || c == '\u202e').ShouldBeEmpty();
        KeptCrash crash = Archive.Read(101).Single();
        crash.Summary.Kind.ShouldBe(CrashKind.KernelPanic);
        text.ShouldContain("(the text before this is left out)");
    }

    [Fact]
    public void A_bug_check_without_a_time_is_kept_once()
    {
        Keep(101, CrashImage("windows-bugcheck-7e"));
        Keep(101, CrashImage("windows-bugcheck-7e"));

        KeptCrash crash = Archive.Read(101).ShouldHaveSingleItem();
        crash.Summary.Kind.ShouldBe(CrashKind.WindowsBugCheck);
        Archive.Find(101, null, CrashSummary.Of(Newest("windows-bugcheck-7e"))).ShouldBe(crash.File);
    }

    [Fact]
    public void What_is_no_file_of_ours_is_left_alone()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText($"{Folder}/101-notes.txt", "mine");
        File.CreateSymbolicLink($"{Folder}/101-link.txt", "/etc/passwd");

        Should.Throw<HostException>(() => Archive.Read(101)).Message.ShouldContain("101-link.txt");
        File.Delete($"{Folder}/101-link.txt");
        Archive.Read(101).ShouldBeEmpty();
    }

    /// <summary>The next VM with the same VMID has another UUID; a file without one may be anybody's.</summary>
    [Fact]
    public void A_file_says_whose_crash_it_is()
    {
        Keep(101, CrashImage("k6.12-init-killed"));
        Keep(101, CrashImage("windows-bugcheck-7e"), "3dc5f44e-8666-58db-bc76-a455210e8891");

        Files()
            .Count(file => File.ReadAllText(file).Contains("\nuuid: 3dc5f44e-8666-58db-bc76-a455210e8891\n"))
            .ShouldBe(1);
        IReadOnlyList<KeptCrash> crashes = Archive.Read(101);
        crashes.Count(crash => crash.MayBeOf("06111f84-55d6-56de-8b7d-698385f2a1e4")).ShouldBe(1);
        crashes.Count(crash => crash.MayBeOf("3dc5f44e-8666-58db-bc76-a455210e8891")).ShouldBe(2);
        crashes.Count(crash => crash.MayBeOf(null)).ShouldBe(2);
        CrashSummary bugCheck = CrashSummary.Of(Newest("windows-bugcheck-7e"));
        Archive.Find(101, "06111f84-55d6-56de-8b7d-698385f2a1e4", bugCheck).ShouldBeNull();
    }

    /// <summary>A file of a version without the UUID is the same crash, and not kept again.</summary>
    [Theory]
    [InlineData("windows-bugcheck-7e")]
    [InlineData("k6.12-init-killed")]
    public void A_file_without_a_uuid_stays(string image)
    {
        Keep(101, CrashImage(image));
        Keep(101, CrashImage(image), "3dc5f44e-8666-58db-bc76-a455210e8891");

        File.ReadAllText(Files().ShouldHaveSingleItem()).ShouldNotContain("uuid");
    }

    /// <summary>A guest can give both the same number and second; the file that was there first keeps its name.</summary>
    [Fact]
    public void Two_kinds_of_one_number_and_second_are_two_files()
    {
        StoreWriter writer = new();
        AddDump(writer, 1, "Oops#1 Part1\n<1>[    1.0] BUG: unable to handle x\n");
        Keep(101, writer.Image);
        string first = Files().Single();
        AddDump(writer, 2, "Panic#1 Part2\n<0>[    1.0] Kernel panic - not syncing: x\n");
        Keep(101, writer.Image);
        Keep(101, writer.Image);

        Files().Count().ShouldBe(2);
        Files().ShouldContain(first);
        IReadOnlyList<KeptCrash> kept = Archive.Read(101);
        kept.Select(crash => crash.Summary.Kind).Order().ShouldBe([CrashKind.KernelPanic, CrashKind.KernelOops]);
        kept.ShouldAllBe(crash => Archive.Find(101, null, crash.Summary) == crash.File);
    }

    private static byte[] CrashImage(string name) => new CrashImage(name).ReadBytes();

    private static CrashRecord Newest(string name)
    {
        byte[] image = CrashImage(name);
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _).ShouldBeTrue();
        return CrashRecords.Newest(store)!;
    }

    private IEnumerable<string> Files() => Directory.EnumerateFiles(Folder, "101-*");

    private void Keep(int vmid, byte[] image, string? uuid = null)
    {
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _).ShouldBeTrue();
        Archive.Keep(vmid, uuid, store);
    }

    private static void AddDump(StoreWriter writer, int part, string text) =>
        writer.Add(
            $"dump-type0-{part}-1-1790000000-D",
            Encoding.Latin1.GetBytes(text),
            vendor: new("cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0")
        );

    /// <summary>Saves a plain dump with a single part.</summary>
    private void Write(int vmid, long time, string text = "Panic#1 Part1\n<0>[    1.0] Kernel panic - not syncing: x\n")
    {
        StoreWriter writer = new();
        writer.Add(
            string.Create(CultureInfo.InvariantCulture, $"dump-type0-1-1-{time}-D"),
            Encoding.Latin1.GetBytes(text.Replace("\u202e", "\u00ad", StringComparison.Ordinal)),
            vendor: new("cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0")
        );
        Keep(vmid, writer.Image);
    }
}
