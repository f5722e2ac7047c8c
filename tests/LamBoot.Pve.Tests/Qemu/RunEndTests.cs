using LamBoot.Pve.Qemu;

namespace LamBoot.Pve.Tests.Qemu;

/// <summary>What the processes above a post-stop tell about how the run ended.</summary>
public sealed class RunEndTests
{
    [Theory]
    [InlineData("guest", "/usr/bin/perl|-T|/usr/sbin/qm|cleanup|100|1|1")]
    [InlineData("guest", "/usr/sbin/qm|cleanup|100|1|1")]
    [InlineData("stop", "/usr/bin/perl|-T|/usr/sbin/qm|cleanup|100|1|0")]
    [InlineData(null, "/usr/bin/perl|-T|/usr/sbin/qm|cleanup|100|0|0")] // QEMU crashed or was killed
    [InlineData(null, "/usr/bin/perl|-T|/usr/sbin/qm|cleanup|101|1|1")]
    [InlineData(null, "/usr/bin/perl|-T|/usr/sbin/qm|cleanup|100")]
    [InlineData(null, "/tmp/not-qm|cleanup|100|1|1")]
    [InlineData("shutdown", "task UPID:pve1:0000A1B2:00C0FFEE:65A00000:qmshutdown:100:root@pam:")]
    [InlineData("shutdown", "task UPID:pve1:0000A1B2:00C0FFEE:65A00000:qmreboot:100:root@pam:")]
    [InlineData("stop", "task UPID:pve1:0000A1B2:00C0FFEE:65A00000:qmstop:100:root@pam:   ")]
    [InlineData(null, "task UPID:pve1:0000A1B2:00C0FFEE:65A00000:qmstop:1001:root@pam:")]
    [InlineData(null, "task UPID:pve1:0000A1B2:00C0FFEE:65A00000:qmigrate:100:root@pam:")]
    [InlineData(null, "task UPID:pve1")]
    [InlineData(null, "bash")]
    [InlineData(null, "")]
    public void A_command_line_says_how_a_run_ended(string? end, string commandLine) =>
        (RunEnds.Of(commandLine.Split("|"), 100) is { } found ? found.Word() : null).ShouldBe(end);

    [Fact]
    public void Each_end_has_a_word()
    {
        foreach (RunEnd end in Enum.GetValues<RunEnd>())
        {
            RunEnds.Parse(end.Word()).ShouldBe(end);
        }

        RunEnds.Parse(null).ShouldBeNull();
        RunEnds.Parse("crash").ShouldBeNull();
    }
}
