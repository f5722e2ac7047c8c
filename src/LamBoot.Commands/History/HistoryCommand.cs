using System.CommandLine;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Log;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Terminal;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.History;

/// <summary><c>lamboot-hook history VMID</c>: the VM's records from the health logs of the cluster's nodes, oldest first.</summary>
internal static class HistoryCommand
{
    /// <summary>The option to use only this node's log.</summary>
    public const string Local = "--local";

    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "history",
            """
            Show a VM's records from the health log, oldest first; in a cluster, from all nodes.

            Example: lamboot-hook history 100 --last 10
            """
        );
        Argument<int> vmid = ProgramOptions.Vmid(ArgumentArity.ExactlyOne);
        Option<bool> json = ProgramOptions.Json();
        Option<int> last = ProgramOptions.Count("--last", "Only the newest N records");
        Option<bool> local = new(Local) { Description = "Only this node's log" };
        command.Arguments.Add(vmid);
        command.Options.Add(json);
        command.Options.Add(last);
        command.Options.Add(local);
        command.SetAction(result =>
        {
            (int number, int count) = (result.GetValue(vmid), result.GetValue(last));
            HostRoot root = options.Root(result);
            string path = root.Resolve(options.Fleet(result).Config.LogPath);
            OtherHistories? others = result.GetValue(local) ? null : new(root, number, count);
            if (result.GetValue(json) && count == 0 && others?.HasAsked != true)
            {
                return Stream(path, number) && others?.IsWhole != false ? 0 : 1;
            }

            IReadOnlyList<HealthRecord> records = Read(path, number, count, out bool isWhole);
            records = others?.Merge(records, count) ?? records;
            isWhole &= others?.IsWhole != false;
            if (result.GetValue(json))
            {
                StandardIo.Output.Write(FleetJson.WriteList(records));
            }
            else
            {
                StandardIo.Output.WriteLines(HistoryText.Lines(number, records, Uuid(root, number)));
            }

            return isWhole ? 0 : 1;
        });
        return command;
    }

    /// <summary>A VM's last confirmed boot according to the log, in one line.</summary>
    /// <param name="log">The log.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="uuid">Its UUID; null if it has none. Records of another VM with the same VMID do not count.</param>
    public static string LastConfirmed(string log, int vmid, string? uuid)
    {
        try
        {
            IReadOnlyList<HealthRecord> records = Read(log, vmid, 0, out _);
            return ConfirmedBoot.Line(records, uuid) ?? "no confirmed boot in the log";
        }
        catch (HostException e)
        {
            return $"last confirmed boot unknown: {e.Message}";
        }
    }

    /// <summary>Writes all records of this node as JSON while they are read.</summary>
    /// <returns>Whether all logs were read.</returns>
    private static bool Stream(string log, int vmid)
    {
        bool isWhole = true;
        FleetJson.WriteList(
            onRecord =>
            {
                foreach (string path in RotatedLogs.Files(log))
                {
                    isWhole &= TryRead(() => ReadAll(path, vmid, onRecord));
                }
            },
            part => StandardIo.Output.Write(part)
        );
        return isWhole;
    }

    /// <summary>The records in the log and the rotated logs, oldest first. An unreadable log is reported, and the others are shown.</summary>
    private static List<HealthRecord> Read(string log, int vmid, int last, out bool isWhole)
    {
        isWhole = true;
        List<HealthRecord> records = [];
        foreach (string path in RotatedLogs.Files(log).Reverse())
        {
            List<HealthRecord> found = [];
            isWhole &= TryRead(() => Read(path, vmid, last == 0 ? null : last - records.Count, found));
            records.InsertRange(0, found);
            if (last > 0 && records.Count == last)
            {
                break;
            }
        }

        return records;
    }

    private static bool TryRead(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (HostException e)
        {
            ErrorLog.Write(e.Message);
            return false;
        }
    }

    /// <summary>Adds a log's records, or its newest. Of one that cannot be read to its end, those before count.</summary>
    private static void Read(string path, int vmid, int? last, List<HealthRecord> found)
    {
        if (last is not { } count)
        {
            ReadAll(path, vmid, found.Add);
        }
        else if (!RotatedLogs.IsCompressed(path))
        {
            found.AddRange(HealthLog.Last(path, vmid, count));
        }
        else
        {
            try
            {
                HealthLog.Read(path, vmid, found.Add, _ => { });
            }
            finally
            {
                found.RemoveRange(0, Math.Max(found.Count - count, 0));
            }
        }
    }

    /// <summary>Reads all records of a log. Upstream's tools wrote multi-line records, which are reported once.</summary>
    private static void ReadAll(string path, int vmid, Action<HealthRecord> onRecord)
    {
        (int first, int count) = (0, 0);
        try
        {
            HealthLog.Read(path, vmid, onRecord, number => (first, count) = (count == 0 ? number : first, count + 1));
        }
        finally
        {
            ReportBadLines(path, first, count);
        }
    }

    private static void ReportBadLines(string path, int first, int count)
    {
        if (count == 1)
        {
            ErrorLog.Write($"{path}:{first}: not a health record, skipped");
        }
        else if (count > 1)
        {
            ErrorLog.Write(
                $"{path}: {count} lines are no health records, from line {first} on, skipped (upstream's tools wrote such)"
            );
        }
    }

    /// <summary>The UUID of the VM that currently has this VMID, on any node; null if unknown.</summary>
    private static string? Uuid(HostRoot root, int vmid)
    {
        try
        {
            string? node = Cluster.Vms(root).GetValueOrDefault(vmid);
            VmConfigFile? file = VmConfigFile.Open(root, vmid) ?? VmConfigFile.Open(root, vmid, node);
            return file?.Config.Uuid;
        }
        catch (HostException)
        {
            return null;
        }
    }
}
