using System.CommandLine;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Commands.Attach;

/// <summary>
/// <c>lamboot-hook attach</c>: gives VMs the hookscript and the args line through <c>qm set</c>, the identity document written
/// first, since QEMU does not start without a file that args names.
/// </summary>
internal sealed class AttachCommand(HostRoot root, FleetConfig fleet, string hookscript, bool replaces)
    : VmChanger.IVmChange
{
    private const string Nothing = "already attached";

    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(10);

    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "attach",
            """
            Gives VMs the hookscript and the args line, from their next start on.

            Example: lamboot-hook attach --tag web --dry-run
            """
        );
        VmSelection selection = new(command, withFleet: true);
        Option<bool> dryRun = DryRun();
        Option<bool> replace = new("--replace")
        {
            Description = "Replace another hookscript, which fleet.toml's [hookscript] chain calls on",
        };
        Option<string> hookscript = new("--hookscript")
        {
            Description = "The snippet's volume",
            HelpName = "VOLUME",
            DefaultValueFactory = _ => Hookscript.Usual,
        };
        hookscript.Validators.Add(result =>
        {
            if (!Hookscript.IsOurs(result.GetValueOrDefault<string>()))
            {
                result.AddError("--hookscript: expected STORAGE:snippets/lamboot-hook");
            }
        });
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

            string volume = result.GetValue(hookscript)!;
            Hookscript script = Hookscript.Find(root, volume);
            if (!script.IsRunnable)
            {
                throw new HostException($"hookscript {volume}: {script.Reason}; no VM would start with it");
            }

            ThrowIfUnusable(root, fleet.Config);
            AttachCommand attach = new(root, fleet.Config, volume, result.GetValue(replace));
            VmChanger changer = new(root, result.GetValue(dryRun));
            IReadOnlyList<int> vmids = selection.Vmids(result, root, fleet.Config);
            return changer.Run(vmids, attach, selection.IsByName(result));
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

    /// <summary>The option of both commands.</summary>
    public static Option<bool> DryRun() => new("--dry-run") { Description = "Show the exact change, and make none" };

    public VmChange Plan(int vmid, VmConfig config)
    {
        if (!config.IsOvmf)
        {
            throw new VmChanger.UnfitException("no UEFI firmware (no 'bios: ovmf')");
        }

        ThrowIfLocked(vmid, config);
        if (config.NextArgs.Fault is { } fault)
        {
            throw new HostException($"args {fault}; fix it with qm set {vmid} --args …");
        }

        ArgsLine wanted = new ChannelItems(fleet, fleet.Channels).With(config.NextArgs, vmid);
        return new(config, PlanHookscript(vmid, config), wanted.Text == config.NextArgs.Text ? null : wanted);
    }

    /// <summary>Refuses a configuration that a task of Proxmox VE's has locked.</summary>
    public static void ThrowIfLocked(int vmid, VmConfig config)
    {
        if (config.Lock is { } reason)
        {
            throw new HostException(
                $"its configuration has 'lock: {reason}': wait until that is over, or qm unlock {vmid}"
            );
        }
    }

    public void Before(int vmid, VmConfig config)
    {
        // No start is under way while we have the lock.
        using ConfigLock configLock = ConfigLock.Take(root, vmid, LockWait);
        if (!configLock.IsHeld)
        {
            throw new HostException($"{configLock.Holder} holds its lock; try again");
        }

        IdentityDocument document = IdentityDocument.For(vmid, config, fleet, Node.Name(root), DateTimeOffset.UtcNow);
        new DocumentLeases(root, fleet, vmid).WriteOwn(_ => document);
    }

    public string Preview(int vmid, VmChange change) =>
        change.IsNothing ? Nothing : $"would write {fleet.DocumentPath(vmid)}, then run: {change.Command(vmid)}";

    public string Finish(int vmid, VmChange change)
    {
        if (change.IsNothing)
        {
            return Nothing;
        }

        string script = change.Hookscript is null ? "" : $"hookscript {change.Hookscript}, ";
        string next = QemuProcess.Find(root, vmid) is null
            ? "from its next start"
            : "it runs: from its next stop and start";
        string channels = fleet.Channels is [Channel.FwCfg]
            ? ""
            : $" ({string.Join(", ", fleet.Channels.Select(channel => channel.Word()))})";
        return $"attached: {script}args names {fleet.DocumentPath(vmid)}{channels}; {next}";
    }

    /// <summary>What the hookscript becomes; null where it stays. Another's is kept unless it is chained.</summary>
    private string? PlanHookscript(int vmid, VmConfig config)
    {
        if (config.Hookscript is not { } current)
        {
            return hookscript;
        }

        if (Hookscript.IsOurs(current))
        {
            return current == hookscript || Hookscript.Find(root, current).IsRunnable ? null : hookscript;
        }

        bool isChained = fleet.ChainOf(vmid) == current;
        return replaces && isChained
            ? hookscript
            : throw new HostException(
                $"it has the hookscript {current}, which is kept; to have both, "
                    + (isChained ? "" : $"name it in fleet.toml, [hookscript.chain] \"{vmid}\" = \"{current}\", then ")
                    + $"lamboot-hook attach {vmid} --replace"
            );
    }
}
