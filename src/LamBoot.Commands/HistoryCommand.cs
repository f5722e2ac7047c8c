using System.CommandLine;
using System.Globalization;
using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Commands;

/// <summary><c>lamboot-hook history VMID</c>: that VM's records from the health log, oldest first.</summary>
internal static class HistoryCommand
{
    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "history",
            """
            Shows a VM's records from the health log, oldest first.

            Example: lamboot-hook history 100 --last 10
            """
        );
        Argument<int> vmid = Commands.VmidArgument(ArgumentArity.ExactlyOne);
        Option<bool> json = ProgramOptions.Json();
        Option<int> last = new("--last") { Description = "The newest N records alone", HelpName = "N" };
        last.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--last: expected a number of 1 or more");
            }
        });
        command.Arguments.Add(vmid);
        command.Options.Add(json);
        command.Options.Add(last);
        command.SetAction(result =>
        {
            string path = options.Root(result).Resolve(options.Fleet(result).Config.LogPath);
            IReadOnlyList<HealthRecord> records = Read(path, result.GetValue(vmid), result.GetValue(last));
            Print(result.GetValue(vmid), records, result.GetValue(json));
            return 0;
        });
        return command;
    }

    private static IReadOnlyList<HealthRecord> Read(string path, int vmid, int last) =>
        last > 0 ? HealthLog.Last(path, vmid, last) : [.. HealthLog.Read(path, vmid, number => BadLine(path, number))];

    private static void BadLine(string path, int number) =>
        StandardIo.Error.WriteLine($"lamboot-hook: {path}:{number}: no health record, skipped");

    private static void Print(int vmid, IReadOnlyList<HealthRecord> records, bool json)
    {
        if (json)
        {
            StandardIo.Output.Write(FleetJson.WriteList(records));
            return;
        }

        if (records.Count == 0)
        {
            StandardIo.Output.WriteLine($"VM {vmid}: no health records");
            return;
        }

        TextTable table = new("OBSERVED", "PHASE", "STATUS", "STATE", "CRASHES", "BOOTED", "LAST ENTRY");
        foreach (HealthRecord record in records)
        {
            table.Add(
                SafeText.Escape(record.ObservedAt),
                SafeText.Escape(record.Phase),
                SafeText.Escape(record.Status),
                SafeText.Escape(HealthText.State(record)),
                record.CrashCount?.ToString(CultureInfo.InvariantCulture) ?? "-",
                SafeText.Escape(record.Timestamp ?? "-"),
                record.Error is { } error ? SafeText.Escape(error) : HealthText.Entry(record)
            );
        }

        StandardIo.Output.WriteLines(table.Lines());
    }
}
