using System.Text.Json;
using System.Text.RegularExpressions;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Boot.Crashes;

/// <summary>What real kernels left in their stores is read as they themselves read it at their next boot.</summary>
public sealed partial class CrashCorpusTests
{
    public static TheoryData<string> Names => [.. CrashImage.Names];

    /// <summary>The images for which a kernel lists everything.</summary>
    public static TheoryData<string> Kernels =>
        [.. CrashImage.Names.Where(name => !name.StartsWith("hostile", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Dumps_are_those_that_the_kernel_lists(string name)
    {
        CrashImage image = new(name);

        IEnumerable<string> dumps = Dumps(image)
            .Select(dump => Describe(dump.Kind, dump.Count, dump.At, dump.Parts, dump.Reason));

        dumps.ShouldBe(TrueDumps(image));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Texts_are_what_the_kernel_says(string name)
    {
        CrashImage image = new(name);

        foreach (CrashRecord dump in Dumps(image))
        {
            dump.Text.ShouldBe(TrueText(image, dump));
        }
    }

    /// <summary>For edited images, a kernel lists everything before the first record that it cannot accept; that must be found.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void What_the_kernel_lists_is_there(string name)
    {
        CrashImage image = new(name);

        List<string> dumps =
        [
            .. Dumps(image).Select(dump => Describe(dump.Kind, dump.Count, dump.At, dump.Parts, dump.Reason)),
        ];

        foreach (string dump in TrueDumps(image))
        {
            dumps.ShouldContain(dump);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Only_what_was_removed_or_cut_off_is_flawed(string name)
    {
        string[] flaws = [.. Dumps(new(name)).SelectMany(dump => dump.Flaws)];

        flaws.ShouldBe(name is "k6.1-parts-removed" ? ["parts 2-3, 7 and 11 are missing"] : []);
    }

    /// <summary>The boot counter works without a clock: the kernel that was read last wrote after the firmware's last start.</summary>
    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_last_boots_dumps_are_known_by_their_place(string name)
    {
        CrashImage image = new(name);
        List<CrashRecord> dumps = [.. Dumps(image)];

        // Booted once more after its last panic: to remove parts of it, or until it was killed.
        bool isOlder = name is "k6.1-parts-removed" or "k6.12-reset-loop";
        int boots = image.Truth.GetProperty("firmware_boots").GetInt32();
        foreach (CrashRecord dump in dumps)
        {
            bool isNewest = boots == 1 || dump.At == dumps[0].At;
            dump.IsOfLastBoot.ShouldBe(isNewest && !isOlder, $"{dump.At}");
        }
    }

    [Theory]
    [InlineData("k6.12-reset-loop", "3 2 1")]
    [InlineData("mixed-kernels", "3 2 1")]
    [InlineData("k6.1-sysrq-twice", "2 1")]
    [InlineData("k6.1-parts-removed", "1")]
    [InlineData("k6.1-oops-then-panic", "1 1")]
    [InlineData("windows-bugcheck-7e", "1")]
    public void The_boot_of_each_is_known_by_its_place(string name, string boots) =>
        string.Join(' ', Read(new(name)).Select(crash => crash.FirmwareBoot)).ShouldBe(boots);

    [Theory]
    [InlineData("windows-bugcheck-7e", "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED (0x0000007E)")]
    [InlineData("windows-bugcheck-twice", "CRITICAL_PROCESS_DIED (0x000000EF)")]
    public void A_bug_check_has_a_name_and_its_parameters(string name, string reason)
    {
        CrashImage image = new(name);
        CrashRecord crash = Read(image).ShouldHaveSingleItem();

        crash.Kind.ShouldBe(CrashKind.WindowsBugCheck);
        crash.Reason.ShouldBe(reason);
        crash.Flaws.ShouldBeEmpty();
        IEnumerable<string> parameters = image
            .Truth.GetProperty("parameters")
            .EnumerateArray()
            .Select((value, index) => $"BugCheckParameter{index + 1}: {value}\n");
        crash.Text.ShouldBe(reason + "\n" + string.Concat(parameters));
    }

    private static IReadOnlyList<CrashRecord> Read(CrashImage image)
    {
        byte[] bytes = image.ReadBytes();
        VariableStore
            .TryOpen(bytes, bytes.Length, out VariableStore store, out NvramError error)
            .ShouldBeTrue($"{error}");
        IReadOnlyList<CrashRecord> crashes = CrashRecords.Read(store);
        CrashRecords.Any(store).ShouldBe(crashes.Count > 0);
        return crashes;
    }

    private static IEnumerable<CrashRecord> Dumps(CrashImage image) =>
        Read(image).Where(dump => dump.Kind != CrashKind.WindowsBugCheck);

    private static IEnumerable<string> TrueDumps(CrashImage image) =>
        image
            .Truth.GetProperty("dumps")
            .EnumerateArray()
            .Reverse()
            .Select(dump =>
                Describe(
                    dump.GetProperty("kind").GetString() switch
                    {
                        "Panic" => CrashKind.KernelPanic,
                        "Oops" => CrashKind.KernelOops,
                        _ => CrashKind.NoCrash,
                    },
                    dump.GetProperty("count").GetInt32(),
                    DateTimeOffset.FromUnixTimeSeconds(dump.GetProperty("time").GetInt64()).UtcDateTime,
                    dump.GetProperty("parts").EnumerateArray().Select(part => part.GetUInt32()),
                    dump.GetProperty("reason").GetString()
                )
            );

    private static string Describe(CrashKind kind, int count, DateTime? at, IEnumerable<uint> parts, string? reason) =>
        $"{kind} {count} {at:s} {string.Join(',', parts)} {reason}";

    /// <summary>The kernel's files for a dump, the highest part first, without their first lines and level prefixes.</summary>
    private static string TrueText(CrashImage image, CrashRecord dump)
    {
        DateTimeOffset start = new(dump.At.ShouldNotBeNull());
        IEnumerable<string> texts = image
            .Truth.GetProperty("pstore")
            .EnumerateArray()
            .Select(file => (Id: Id(file.GetProperty("file").GetString()!), Text: Text(file)))
            .Where(file => file.Id % 1000 == dump.Count)
            .Where(file => file.Id / 100_000 - start.ToUnixTimeSeconds() is >= 0 and < 8)
            .OrderByDescending(file => file.Id / 1000 % 100)
            .Select(file => Level().Replace(file.Text[(file.Text.IndexOf('\n', StringComparison.Ordinal) + 1)..], ""));
        return string.Concat(texts);
    }

    private static string Text(JsonElement file) =>
        file.TryGetProperty("base64", out JsonElement bytes)
            ? System.Text.Encoding.UTF8.GetString(bytes.GetBytesFromBase64())
            : file.GetProperty("text").GetString()!;

    private static long Id(string file) => long.Parse(file[(file.LastIndexOf('-') + 1)..]);

    [GeneratedRegex("^<[0-9]+>", RegexOptions.Multiline)]
    private static partial Regex Level();
}
