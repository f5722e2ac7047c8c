using System.CommandLine;
using LamBoot.Commands.Selection;
using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Attach;

/// <summary><c>lamboot-hook attach</c>: gives VMs the hookscript and the args line.</summary>
internal static class AttachCommand
{
    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "attach",
            """
            Add the hookscript and LamBoot Hook's entry in args to VMs; everything else in args stays. Takes effect at their next start.

            Example: lamboot-hook attach --tag web --dry-run
            """
        );
        VmSelection selection = new(command, withFleet: true);
        Option<bool> dryRun = ProgramOptions.DryRun();
        Option<bool> replace = new("--replace")
        {
            Description = "Replace another hookscript, once [hookscript] chain in fleet.toml names it",
        };
        Option<string> hookscript = new("--hookscript")
        {
            Description = "Volume of the hookscript snippet",
            HelpName = "VOLUME",
            DefaultValueFactory = _ => LamBootPaths.UsualHookscript,
        };
        hookscript.Validators.Add(result =>
        {
            if (!LamBootPaths.IsOurHookscript(result.GetValueOrDefault<string>()))
            {
                result.AddError("--hookscript: expected STORAGE:snippets/lamboot-hook");
            }
        });
        Option<bool> clones = new("--clones")
        {
            Description =
                "Every VM whose args point to another VM's identity file, as a clone's do until its first start",
        };
        selection.AddWay(command, clones);
        command.Options.Add(dryRun);
        command.Options.Add(replace);
        command.Options.Add(hookscript);
        command.SetAction(result =>
        {
            HostRoot root = options.Root(result);
            FleetToml fleet = FleetToml.Read(options.FleetPath(result));
            if (fleet.Errors.Count > 0)
            {
                throw new HostException($"{fleet.Errors[0]}; fix it first, the VMs' identities come from it");
            }

            ThrowIfUnusable(root, fleet.Config);
            if (result.GetValue(clones))
            {
                return new CloneAttachment(root, fleet, result.GetValue(dryRun)).Run();
            }

            string volume = result.GetValue(hookscript)!;
            Hookscript script = Hookscript.Find(root, volume);
            if (!script.IsRunnable)
            {
                throw new HostException($"hookscript {volume}: {script.ReasonAndFix}; no VM would start with it");
            }

            Attachment attachment = new(root, fleet, volume, result.GetValue(replace));
            VmChanger changer = new(root, result.GetValue(dryRun));
            IReadOnlyList<int> vmids = selection.Vmids(result, root, fleet.Config);
            return changer.Run(vmids, attachment, selection.IsByName(result));
        });
        return command;
    }

    private static void ThrowIfUnusable(HostRoot root, FleetConfig fleet)
    {
        foreach (Channel channel in fleet.Channels)
        {
            if (channel.WhyUnusable(root) is { } reason)
            {
                throw new HostException(reason);
            }
        }
    }
}
