using Shouldly;
using Xunit;

namespace LamBoot.Testing;

/// <summary>A script that ran as root in a small machine of its own, whose kernel has device-mapper: <c>tests/lvm/run</c>.</summary>
/// <param name="script">The script's path in the repository.</param>
public sealed class LvmMachine(params string[] script)
{
    private const int NotToBeHad = 77;

    private readonly ProgramResult _result = ProgramResult.Run(
        Repository.File("tests", "lvm", "run"),
        [Repository.File(script)],
        TimeSpan.FromMinutes(5)
    );

    /// <summary>Asserts that the script said of a check that it passed. Skipped where QEMU or a kernel is not to be had.</summary>
    public void ShouldHavePassed(string check)
    {
        Assert.SkipWhen(_result.ExitCode == NotToBeHad, "no machine with device-mapper is to be had here");
        _result.Output.Split('\n').ShouldContain($"ok {check}", _result.Output + _result.Error);
    }
}
