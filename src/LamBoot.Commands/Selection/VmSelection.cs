using System.CommandLine;
using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Selection;

/// <summary>The VMs that a command applies to: those named, or all on the node that match a condition.</summary>
internal sealed class VmSelection
{
    private readonly Argument<int[]> _vmids = new("VMID")
    {
        Description = "The VMs",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result =>
        {
            List<int> numbers = [];
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                if (Vmid.TryParse(text, out int number))
                {
                    numbers.Add(number);
                }
                else
                {
                    result.AddError(Vmid.Refusal(text));
                }
            }

            return [.. numbers];
        },
    };

    private readonly Option<bool>? _all;

    private readonly Option<string[]> _tags = new("--tag")
    {
        Description = "Every VM on this node with this Proxmox tag (repeatable)",
        HelpName = "TAG",
    };

    private readonly Option<bool>? _fromFleet;

    private readonly bool _allByDefault;

    // The ways to select VMs, each with its words for error messages.
    private readonly List<(Option Option, string Words)> _ways = [];

    /// <summary>Adds the ways to select VMs to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="withAll">Whether all VMs can be selected.</param>
    /// <param name="withFleet">Whether fleet.toml can be used.</param>
    /// <param name="allByDefault">Whether all VMs are selected by default.</param>
    public VmSelection(Command command, bool withAll = true, bool withFleet = false, bool allByDefault = false)
    {
        _allByDefault = allByDefault;
        command.Arguments.Add(_vmids);
        if (withAll)
        {
            _all = new("--all") { Description = "Every VM on this node" };
            command.Options.Add(_all);
            _ways.Add((_all, "--all"));
        }

        command.Options.Add(_tags);
        _ways.Add((_tags, "--tag TAG"));
        if (withFleet)
        {
            _fromFleet = new("--from-fleet") { Description = "Every VM on this node that fleet.toml gives a role" };
            command.Options.Add(_fromFleet);
            _ways.Add((_fromFleet, "--from-fleet"));
        }

        command.Validators.Add(result =>
        {
            int ways = result.GetResult(_vmids) is { Tokens.Count: > 0 } ? 1 : 0;
            ways += _ways.Count(way => result.GetResult(way.Option) is { Implicit: false });
            if (ways > 1 || (ways == 0 && !allByDefault))
            {
                result.AddError($"expected VMIDs, or {string.Join(", or ", _ways.Select(way => way.Words))}");
            }
        });
    }

    /// <summary>Adds another way to select VMs, which the command implements itself.</summary>
    public void AddWay(Command command, Option option)
    {
        command.Options.Add(option);
        _ways.Add((option, option.Name));
    }

    /// <summary>
    /// Whether VMs were named: then each that is not available is a failure. Otherwise, VMs that do not qualify are skipped.
    /// </summary>
    public bool IsByName(ParseResult result) => result.GetValue(_vmids) is { Length: > 0 };

    /// <summary>Whether VMs were selected by tag.</summary>
    public bool IsByTag(ParseResult result) => result.GetValue(_tags) is { Length: > 0 };

    /// <summary>Whether all VMs on the node are selected.</summary>
    public bool IsEvery(ParseResult result) =>
        !IsByName(result) && !IsByTag(result) && (_allByDefault || IsAll(result));

    /// <summary>What to say if there are none.</summary>
    public string WhyNone(ParseResult result) => IsEvery(result) ? "no VMs on this node" : "no VM has that tag or role";

    /// <summary>The VMs, in order.</summary>
    public IReadOnlyList<int> Vmids(ParseResult result, HostRoot root, FleetConfig fleet)
    {
        if (result.GetValue(_vmids) is { Length: > 0 } named)
        {
            return [.. named.Distinct()];
        }

        return [.. VmConfigFile.List(root).Where(vmid => Wants(result, root, fleet, vmid))];
    }

    private bool IsAll(ParseResult result) => _all is not null && result.GetValue(_all);

    private bool Wants(ParseResult result, HostRoot root, FleetConfig fleet, int vmid)
    {
        if (IsEvery(result))
        {
            return true;
        }

        try
        {
            string[] tags = VmConfigFile.Open(root, vmid)?.Config.Tags ?? [];
            return result.GetValue(_tags) is { Length: > 0 } wanted
                ? wanted.Any(tag => tags.Contains(tag, StringComparer.OrdinalIgnoreCase))
                : fleet.RoleOf(vmid, tags).Length > 0;
        }
        catch (HostException)
        {
            return true; // opening it again reports why
        }
    }
}
