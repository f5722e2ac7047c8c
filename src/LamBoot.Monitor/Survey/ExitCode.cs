using LamBoot.Fleet.Health;

namespace LamBoot.Monitor.Survey;

/// <summary>What a survey exits with.</summary>
internal static class ExitCode
{
    private const int Healthy = 0;
    private const int Warning = 1;
    private const int Critical = 2;
    private const int Unknown = 3;
    private const int Failure = 1;

    /// <summary>The exit code.</summary>
    /// <param name="result">The survey; null where the VMs could not be listed.</param>
    /// <param name="isOfHealth">Whether it says the worst status (<c>--exit-code</c>).</param>
    /// <param name="isDone">Whether all else that was asked for is done; what is not hides no status but healthy.</param>
    public static int Of(SurveyResult? result, bool isOfHealth, bool isDone)
    {
        int worst = isOfHealth && result is not null ? Worst(result) : Healthy;
        bool isFailure = result is null || (!isDone && worst == Healthy);
        return !isFailure ? worst
            : isOfHealth ? Unknown
            : Failure;
    }

    /// <summary>
    /// A VM that never ran LamBoot says nothing about the worst, and neither does one that nobody is to hear of. What VMs there are on a
    /// node that says nothing is not known.
    /// </summary>
    private static int Worst(SurveyResult result)
    {
        List<VmHealth> vms = [.. result.Vms.Where(vm => !vm.IsQuiet)];
        return vms.Any(vm => vm.Record.Status == HealthStatus.Critical) ? Critical
            : vms.Any(vm => vm.Record.Status == HealthStatus.Warning) ? Warning
            : vms.Any(vm => vm.IsUnknown) || result.SilentNodes.Count > 0 ? Unknown
            : Healthy;
    }
}
