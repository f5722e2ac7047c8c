using System.CommandLine;
using System.CommandLine.Parsing;
using LamBoot.Commands.Rescue;
using LamBoot.Linux.Processes;
using LamBoot.Linux.Terminal;

namespace LamBoot.Commands.Boot;

/// <summary><c>lamboot-hook boot</c>: the boot entries of any UEFI VM, and which one its firmware boots next.</summary>
internal static class BootCommand
{
    private const string None = "none";

    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "boot",
            """
            List any UEFI VM's boot entries, or set what the firmware of a stopped VM boots.

            Example: lamboot-hook boot 100 --next 0003
            """
        );
        Argument<int> vmid = ProgramOptions.Vmid(ArgumentArity.ExactlyOne);
        Option<string> next = new("--next")
        {
            Description = "Boot this entry once, at the next boot; 'none' cancels that",
            HelpName = "NNNN",
        };
        Option<bool> setup = new("--setup") { Description = "Enter the firmware menu at the next boot" };
        Option<string> order = new("--order")
        {
            Description = "Try only these entries, in this order",
            HelpName = "NNNN,…",
        };
        Option<string> remove = new("--remove")
        {
            Description = "Delete this entry and remove it from the boot order",
            HelpName = "NNNN",
        };
        Option<bool> json = ProgramOptions.Json();
        command.Arguments.Add(vmid);
        Option[] changes = [next, setup, order, remove];
        Array.ForEach(changes, command.Options.Add);
        command.Options.Add(json);
        ChangeOptions how = new(command);
        Require(
            next,
            text => text == None || BootNumber.Parse(text) is not null,
            "a boot entry number such as 0003, or 'none'"
        );
        Require(order, text => BootNumber.List(text) is not null, "distinct boot entry numbers such as 0003,0001");
        Require(remove, text => BootNumber.Parse(text) is not null, "a boot entry number such as 0003");
        command.Validators.Add(result => Validate(result, changes, [json], how.All));
        command.SetAction(result =>
        {
            int number = result.GetValue(vmid);
            StorePlan? plan =
                result.GetValue(next) is { } one ? (writer, _) => BootPlan.Next(writer, Next(one))
                : result.GetValue(setup) ? (writer, _) => BootPlan.Setup(writer)
                : result.GetValue(order) is { } text ? (writer, _) => BootPlan.Order(writer, BootNumber.List(text)!)
                : result.GetValue(remove) is { } old
                    ? (writer, _) => BootPlan.Remove(writer, BootNumber.Parse(old)!.Value)
                : null;
            return plan is null
                ? List(new(options.Root(result), options.Fleet(result)), number, result.GetValue(json))
                : how.Changer(result, options).Run(number, plan);
        });
        return command;
    }

    private static int List(BootLister lister, int vmid, bool json)
    {
        BootList list = BoundedCall.Run($"VM {vmid}", () => lister.Read(vmid));
        if (json)
        {
            StandardIo.Output.Write(BootJson.Write(list.Boot));
        }
        else
        {
            StandardIo.Output.WriteLines([list.Heading, .. BootText.Lines(list.Boot)]);
        }

        return 0;
    }

    private static void Validate(
        CommandResult result,
        IReadOnlyList<Option> changes,
        IReadOnlyList<Option> looks,
        IReadOnlyList<Option> hows
    )
    {
        bool Has(Option option) => result.GetResult(option) is { Implicit: false };
        int asked = changes.Count(Has);
        if (asked > 1)
        {
            result.AddError("expected one of --next, --setup, --order and --remove: one change at a time");
        }
        else if (asked == 1 && looks.Any(Has))
        {
            result.AddError("--json only works with the list");
        }
        else if (asked == 0 && hows.FirstOrDefault(Has) is { } how)
        {
            result.AddError($"{how.Name} needs --next, --setup, --order or --remove");
        }
    }

    private static void Require(Option<string> option, Func<string, bool> isRight, string what) =>
        option.Validators.Add(result =>
        {
            if (!isRight(result.GetValueOrDefault<string>()))
            {
                result.AddError($"{option.Name}: expected {what}");
            }
        });

    private static ushort? Next(string text) => text == None ? null : BootNumber.Parse(text);
}
