using System.CommandLine;

namespace LamBoot.Commands.Rescue;

/// <summary>The options of commands that change the stores of stopped VMs.</summary>
internal sealed class ChangeOptions
{
    private readonly Option<bool> _dryRun = ProgramOptions.DryRun();

    private readonly Option<bool> _stop = new("--stop")
    {
        Description = "First stop a running VM, as 'qm stop' does: a power cut for its guest",
    };

    private readonly Option<bool> _start = new("--start")
    {
        Description = "Start the VM afterwards, as 'qm start' does",
    };

    /// <summary>Adds them to a command.</summary>
    public ChangeOptions(Command command)
    {
        foreach (Option option in All)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_dryRun, _stop, _start];

    /// <summary>Creates the object that makes the changes.</summary>
    public StoreChanger Changer(ParseResult result, ProgramOptions options) =>
        new(options.Root(result), options.Fleet(result))
        {
            IsDryRun = result.GetValue(_dryRun),
            Stops = result.GetValue(_stop),
            Starts = result.GetValue(_start),
        };
}
