using LamBoot.Fleet.Crashes;
using LamBoot.Fleet.Health;
using LamBoot.Linux;
using LamBoot.Monitor.Screens;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Output.Page;

/// <summary>The content of the page.</summary>
/// <param name="Result">The survey.</param>
/// <param name="Vms">The VMs, worst first.</param>
/// <param name="Refresh">How often the page is reloaded.</param>
/// <param name="Now">When it is made.</param>
internal sealed record PageContent(SurveyResult Result, IReadOnlyList<PageVm> Vms, TimeSpan Refresh, DateTimeOffset Now)
{
    private const int BootsShown = 40; // per VM

    /// <summary>Gathers what the host knows about a survey's VMs.</summary>
    /// <param name="root">The host.</param>
    /// <param name="result">The survey.</param>
    /// <param name="log">The health log.</param>
    /// <param name="pictures">Screenshots of the consoles of critical VMs.</param>
    /// <param name="refresh">How often the page is reloaded.</param>
    public static PageContent Read(
        HostRoot root,
        SurveyResult result,
        string log,
        IReadOnlyDictionary<int, ConsolePicture> pictures,
        TimeSpan refresh
    )
    {
        ILookup<int?, HealthRecord> boots = LoggedRecords.Read(log);
        CrashArchive archive = new(root);
        return new(result, [.. result.Shown.Select(Vm)], refresh, DateTimeOffset.UtcNow);

        PageVm Vm(VmHealth vm)
        {
            HealthRecord record = vm.Record;
            bool isHere = record.Node == result.Node; // this host only keeps data about its own VMs
            return new(vm)
            {
                Boots =
                [
                    // If a VM has migrated back and forth, each node knows some of its boots.
                    .. boots[record.Vmid]
                        .Concat(vm.Boots)
                        .Where(record.MayBeOfSameVm)
                        .OrderBy(each => each.ObservedAt, StringComparer.Ordinal)
                        .TakeLast(BootsShown),
                ],
                Crash = isHere ? CrashOf(archive, record) : null,
                Console = isHere && record.Vmid is { } vmid ? pictures.GetValueOrDefault(vmid) : null,
            };
        }
    }

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
            return null; // the reason already says which crash it was
        }
    }
}
