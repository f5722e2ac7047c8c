namespace LamBoot.Commands.Tests.SecureBoot;

/// <summary>
/// Real thick LVM and LVM-thin, in a small virtual machine whose kernel has device-mapper: <c>tests/lvm</c>. Skipped if QEMU or a kernel is
/// not available.
/// </summary>
public sealed class LvmTests(LvmTests.Machine machine) : IClassFixture<LvmTests.Machine>
{
    [Theory]
    [InlineData("thick, active: read")]
    [InlineData("thick, active: stays active")]
    [InlineData("thin, active: read")]
    [InlineData("thin, active: stays active")]
    [InlineData("thick, inactive: read")]
    [InlineData("thick, inactive: put back")]
    [InlineData("thin, after vgchange -an: read")]
    [InlineData("thin, after vgchange -an: put back")]
    [InlineData("thick, inactive: enrolled")]
    [InlineData("thick, inactive: the certificate is there")]
    [InlineData("thick, inactive: put back after enroll")]
    [InlineData("thin, inactive: enrolled")]
    [InlineData("thin, inactive: restored")]
    [InlineData("thin, inactive: as it was")]
    [InlineData("held by another process: read")]
    [InlineData("held by another process: stays active")]
    [InlineData("killed in mid-read: the next read is right")]
    [InlineData("killed in mid-read: a stop deactivates it")]
    [InlineData("qcow2 in a raw volume: not taken for qcow2")]
    [InlineData("qcow2 in a raw volume: put back")]
    [InlineData("snapshot of qcow2 on thick: read")]
    [InlineData("snapshot of qcow2 on thick: put back")]
    [InlineData("snapshot of qcow2 on thick: its volume put back")]
    public void The_store_is_read_and_the_volume_left_as_it_was(string check)
    {
        machine.Run.ShouldHavePassed(check);
    }

    /// <summary>The machine, run once for all checks.</summary>
    public sealed class Machine
    {
        public LvmMachine Run { get; } = new("tests", "lvm", "script");
    }
}
