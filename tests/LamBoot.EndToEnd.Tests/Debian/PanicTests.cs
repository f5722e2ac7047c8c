using System.Diagnostics;
using System.Text.Json;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Variables;

namespace LamBoot.EndToEnd.Tests.Debian;

/// <summary>A Linux guest that panics, under real firmware with the hook around it.</summary>
public sealed class PanicTests
{
    private const string Reason = "Kernel panic - not syncing: ";
    private const string Crash = "kernel panic: sysrq triggered crash";

    /// <summary>An unmodified Debian: systemd loads efi_pstore, and at the next good boot archives what it finds.</summary>
    [Fact]
    public void What_the_kernel_said_is_in_the_store_until_the_next_good_boot()
    {
        using DebianGuest guest = new();
        guest.Add("panic");

        Dictionary<string, string> panicked = guest.Boot();

        panicked["disabled"].ShouldBe("N\n");
        panicked["backend"].ShouldStartWith("efi"); // efi_pstore in later kernels
        List<KernelDump> dump = Dump(guest);
        dump.Count(part => part.Part == 1).ShouldBe(1);
        dump.ShouldContain(part => part.Text.Contains(Reason + "sysrq triggered crash", StringComparison.Ordinal));
        JsonElement record = guest.Node.Records(100).ShouldHaveSingleItem();
        record.GetProperty("verdict").GetString().ShouldBe("crashed");
        record.GetProperty("reason").GetString().ShouldBe("kernel panic: sysrq triggered crash");
        string file = record.GetProperty("crash").GetProperty("file").GetString()!;
        File.ReadAllText(guest.Node.Tree.Path(file)).ShouldContain(Reason + "sysrq triggered crash");
        guest.Node.Tree.Monitor().Output.ShouldContain("kernel panic: sysrq triggered crash");

        guest.ChangePlan("panic", "pstore");
        Dictionary<string, string> good = guest.Boot();

        good["left"].ShouldBe("");
        good["moved"].ShouldContain(Reason + "sysrq triggered crash");
        Dump(guest).ShouldBeEmpty();
        guest.Node.Records(100).Count.ShouldBe(2);
        guest.Node.Records(100)[1].GetProperty("crash").ValueKind.ShouldBe(JsonValueKind.Null);
        guest.Node.Records(100)[1].GetProperty("verdict").GetString().ShouldBe("up"); // its guest powered it off
        guest.Node.Tree.Hook(["crash", "100"]).Output.ShouldContain(Reason + "sysrq triggered crash"); // the host's own
    }

    /// <summary>Before the root is mounted, with efi_pstore in the initramfs.</summary>
    [Fact]
    public void An_init_that_ends_in_the_initramfs_leaves_its_words_too()
    {
        using DebianGuest guest = new();
        guest.Add("early-exit");

        guest.Node.Start(100, "");
        guest.Node.Wait(100).ShouldContain("guest: early boot");

        Dump(guest)
            .ShouldContain(part =>
                part.Text.Contains(Reason + "Attempted to kill init! exitcode=0x00000300", StringComparison.Ordinal)
            );
    }

    /// <summary>No hook runs at a reset: only the store of the running VM tells.</summary>
    /// <param name="plan">What the guest does at each boot.</param>
    /// <param name="words">Whether the kernel says why.</param>
    [Theory]
    [InlineData("early-panic", true)]
    [InlineData("early-reboot", false)]
    public void A_loop_of_resets_is_in_the_store_while_the_VM_runs(string plan, bool words)
    {
        using DebianGuest guest = new();
        guest.Add(plan, resets: true);
        guest.Node.Start(100, "");

        guest.Node.WaitForSerial(100, "guest: early boot", times: 4);

        byte[] image = File.ReadAllBytes(guest.Node.Tree.ImagePath(100));
        int dumps = KernelDump.Read(image).Count(part => part.Part == 1);
        (words ? dumps >= 2 : dumps == 0).ShouldBeTrue($"{dumps} dumps");
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _).ShouldBeTrue();
        (BootCounter.Read(store) ?? 0).ShouldBeGreaterThanOrEqualTo(4u);
        guest.Node.Records(100).ShouldBeEmpty();
        ProgramResult fleet = guest.Node.Tree.Monitor("--exit-code");
        fleet.ExitCode.ShouldBe(2, fleet.Output);
        fleet.Output.ShouldContain("reset loop: the firmware booted ");
        fleet.Output.Contains(Crash + "; reset loop", StringComparison.Ordinal).ShouldBe(words, fleet.Output);
        if (words)
        {
            SurveysOfAPanic(guest).ShouldAllBe(survey => survey.Contains(Crash, StringComparison.Ordinal));
        }

        guest.Node.Stop(100);
        guest.Node.Records(100).Single().GetProperty("verdict").GetString().ShouldBe("reset-loop");
        guest.Node.Records(100).Single().GetProperty("ended_by").GetString().ShouldBe("stop");
    }

    /// <summary>Surveys one after the other until the kernel has saved another log: some fall between two parts of it.</summary>
    private static List<string> SurveysOfAPanic(DebianGuest guest)
    {
        int Dumps() => Dump(guest).Count(part => part.Part == 1);
        List<string> surveys = [];
        int before = Dumps();
        for (Stopwatch time = Stopwatch.StartNew(); Dumps() == before && time.Elapsed.TotalMinutes < 2; )
        {
            surveys.Add(guest.Node.Tree.Monitor().Output);
        }

        surveys.Add(guest.Node.Tree.Monitor().Output); // its first part is there, the one with the reason perhaps not yet
        Dumps().ShouldBeGreaterThan(before);
        return surveys;
    }

    private static List<KernelDump> Dump(DebianGuest guest) =>
        KernelDump.Read(File.ReadAllBytes(guest.Node.Tree.ImagePath(100)));
}
