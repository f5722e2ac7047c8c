using Shouldly;
using Xunit;

namespace LamBoot.Testing;

/// <summary>A script that prints <c>ok NAME</c> or <c>not ok NAME: …</c> for each of its checks.</summary>
/// <param name="missing">What a machine lacks if the script exits with 77.</param>
/// <param name="program">The script.</param>
/// <param name="arguments">Its arguments.</param>
public class CheckScript(string missing, string program, params string[] arguments)
{
    private const int NotToBeHad = 77;

    private readonly ProgramResult _result = ProgramResult.Run(program, arguments, TimeSpan.FromMinutes(15));

    /// <summary>Asserts that the script reported a check as passed. Skipped if it cannot run.</summary>
    public void ShouldHavePassed(string check)
    {
        Assert.SkipWhen(_result.ExitCode == NotToBeHad, missing);
        _result.Output.Split('\n').ShouldContain($"ok {check}", _result.Output + _result.Error);
    }
}
