using System.CommandLine;
using LamBoot.Commands.History;
using LamBoot.Linux;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Rescue;

/// <summary><c>lamboot-hook rescue</c>: makes a stopped VM's next boot use LamBoot's fallback entry.</summary>
internal static class RescueCommand
{
    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "rescue",
            """
            Make LamBoot boot its fallback entry in a stopped VM until a boot is confirmed.

            Example: lamboot-hook rescue 101 --start
            """
        );
        Argument<int> vmid = ProgramOptions.Vmid(ArgumentArity.ExactlyOne);
        command.Arguments.Add(vmid);
        ChangeOptions change = new(command);
        command.SetAction(result =>
        {
            int number = result.GetValue(vmid);
            HostRoot root = options.Root(result);
            string log = root.Resolve(options.Fleet(result).Config.LogPath);
            StoreChanger changer = change.Changer(result, options);
            return changer.Run(
                number,
                (writer, config) => Plan(writer, config, HistoryCommand.LastConfirmed(log, number, config.Uuid))
            );
        });
        return command;
    }

    private static StoreChange Plan(VariableWriter writer, VmConfig config, string confirmed)
    {
        string[] doubt = LoaderState.MayStartAfresh(writer, config.GenerationId)
            ?
            [
                "warning: vmgenid has changed since LamBoot last ran (rollback or clone): it may start afresh instead of booting the fallback",
            ]
            : [];
        return LoaderState.Rescue(writer) with
        {
            Notes =
            [
                "until a boot is confirmed, LamBoot boots the first existing entry of fallback_order ([security] in the guest's "
                    + @"\EFI\LamBoot\policy.toml); if none exists, it shows its menu",
                confirmed,
                .. doubt,
            ],
        };
    }
}
