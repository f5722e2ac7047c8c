using LamBoot.Fleet.Health;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Output;

/// <summary>The exit code of a survey.</summary>
internal static class ExitCode
{
    private const int Healthy = 0;
    private const int Warning = 1;
    private const int Critical = 2;
    private const int Unknown = 3;
    private const int Failure = 1;

    /// <summary>Returns the exit code.</summary>
    /// <param name="result">The survey; null if the VMs could not be listed.</param>
    /// <param name="isOfHealth">Whether it is the worst status (<c>--exit-code</c>).</param>
    /// <param name="isDone">Whether everything else that was requested succeeded; a failure overrides only the status healthy.</param>
    public static int Of(SurveyResult? result, bool isOfHealth, bool isDone)
    {
        int worst = isOfHealth && result is not null ? Worst(result) : Healthy;
        bool isFailure = result is null || (!isDone && worst == Healthy);
        return !isFailure ? worst
            : isOfHealth ? Unknown
            : Failure;
    }

    /// <summary>
    /// The worst status. VMs that never ran LamBoot do not count, nor do those excluded from alerts. The VMs on a node that did not answer
    /// are unknown.
    /// </summary>
    private static int Worst(SurveyResult result)
    {
        List<VmHealth> vms = [.. result.Vms.Where(vm => !vm.IsQuiet)];
        return vms.Any(vm => vm.Record.Status == HealthStatus.Critical) ? Critical
            : vms.Any(vm => vm.Record.Status == HealthStatus.Warning) ? Warning
            : vms.Any(vm => vm.IsUnknown) || result.SilentNodes.Count > 0 || result.IsNoneSelected ? Unknown
            : Healthy;
    }
}
