using LamBoot.Fleet.Health;
using LamBoot.Fleet.Log;
using LamBoot.Linux;

namespace LamBoot.Monitor;

/// <summary>The health log, which adds the past to what a survey sees. Without it, the survey is still worth reporting.</summary>
internal static class LoggedRecords
{
    private static string? _reported;

    /// <summary>The log's last records by VM, oldest first. Why a log cannot be read is reported once, not for every use of it.</summary>
    /// <param name="log">The log's path.</param>
    public static ILookup<int?, HealthRecord> Read(string log)
    {
        IReadOnlyList<HealthRecord> records = [];
        string? fault = null;
        try
        {
            records = HealthLog.Tail(log);
        }
        catch (HostException e)
        {
            fault = e.Message;
        }

        if (fault is not null && fault != _reported)
        {
            ErrorLog.Write($"{fault}; SINCE and the boots shown are without the health log");
        }

        _reported = fault;
        return records.ToLookup(record => record.Vmid);
    }
}
