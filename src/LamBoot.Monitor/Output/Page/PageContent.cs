using LamBoot.Fleet.Crashes;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Log;
using LamBoot.Linux;
using LamBoot.Monitor.Screens;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Output.Page;

/// <summary>What the page shows.</summary>
/// <param name="Result">The survey.</param>
/// <param name="Vms">The VMs, the worst first.</param>
/// <param name="Refresh">How often the page is loaded anew.</param>
/// <param name="Now">When it is made.</param>
internal sealed record PageContent(SurveyResult Result, IReadOnlyList<PageVm> Vms, TimeSpan Refresh, DateTimeOffset Now)
{
    private const int BootsShown = 40; // of a VM
    private const int LogTail = 4 << 20;

    /// <summary>Finds what the host knows of a survey's VMs.</summary>
    /// <param name="root">The host.</param>
    /// <param name="result">The survey.</param>
    /// <param name="log">The health log.</param>
    /// <param name="pictures">What the consoles of critical VMs show.</param>
    /// <param name="refresh">How often the page is loaded anew.</param>
    /// <exception cref="HostException">The log cannot be read.</exception>
    public static PageContent Read(
        HostRoot root,
        SurveyResult result,
        string log,
        IReadOnlyDictionary<int, ConsolePicture> pictures,
        TimeSpan refresh
    )
    {
        ILookup<int?, HealthRecord> boots = HealthLog.Tail(log, LogTail).ToLookup(record => record.Vmid);
        CrashArchive archive = new(root);
        return new(result, [.. result.Shown.Select(Vm)], refresh, DateTimeOffset.UtcNow);

        PageVm Vm(VmHealth vm)
        {
            HealthRecord record = vm.Record;
            bool isHere = record.Node == result.Node; // what this host keeps is of its own VMs
            return new(vm)
            {
                Boots =
                [
                    // Of a VM that has migrated here and there each node knows some.
                    .. boots[record.Vmid]
                        .Concat(vm.Boots)
                        .Where(each => IsOf(record, each))
                        .OrderBy(each => each.ObservedAt, StringComparer.Ordinal)
                        .TakeLast(BootsShown),
                ],
                Crash = isHere ? CrashOf(archive, record) : null,
                Console = isHere && record.Vmid is { } vmid ? pictures.GetValueOrDefault(vmid) : null,
            };
        }
    }

    /// <summary>Whether a boot is a VM's, not of an earlier one of its VMID.</summary>
    private static bool IsOf(HealthRecord record, HealthRecord boot) =>
        record.Uuid is null || boot.Uuid is null || record.Uuid == boot.Uuid;

    private static KeptCrash? CrashOf(CrashArchive archive, HealthRecord record)
    {
        try
        {
            return record is { Vmid: { } vmid, CrashFile: { } file }
                ? archive.Read(vmid).FirstOrDefault(crash => crash.File == file)
                : null;
        }
        catch (HostException)
        {
            return null; // the reason says already what crash it was
        }
    }
}
