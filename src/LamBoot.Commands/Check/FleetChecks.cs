using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Check;

/// <summary>The checks of fleet.toml.</summary>
internal static class FleetChecks
{
    /// <summary>The placeholder for an ID in the package's fleet.toml.</summary>
    private const string Placeholder = "my-fleet";

    public static IEnumerable<Finding> Run(HostRoot root, FleetToml fleet, string path)
    {
        if (fleet.Errors.Count == 0 && !FileQuery.Exists(path))
        {
            yield return FindingCatalogue.Of(
                "fleet-missing",
                null,
                $"there is no {path}",
                "write one; fleet.toml(5) has an example"
            );
        }

        foreach (FleetFinding error in fleet.Errors)
        {
            yield return FindingCatalogue.Of(
                "fleet-invalid",
                null,
                $"{error}",
                "until this is fixed, VMs keep their current identities, and new ones get neither fleet nor role"
            );
        }

        if (fleet is { HasVersion: false, Errors.Count: 0 })
        {
            yield return FindingCatalogue.Of(
                "fleet-schema-missing",
                null,
                $"{path} has no schema_version",
                "add schema_version = 1 as its first line"
            );
        }

        foreach (FleetFinding unknown in fleet.UnknownKeys)
        {
            yield return FindingCatalogue.Of(
                "fleet-unknown-key",
                null,
                $"{unknown}",
                "it is ignored: correct the name, or remove it"
            );
        }

        if (fleet.Config.FleetId == Placeholder)
        {
            yield return FindingCatalogue.Of(
                "fleet-placeholder",
                null,
                $"{path}: the fleet id is still the package's placeholder, '{Placeholder}'",
                "set your own id in [fleet]"
            );
        }

        if (fleet.Config.AlertWebhook is not null && FileQuery.IsReadableByAll(path))
        {
            yield return FindingCatalogue.Of(
                "fleet-webhook-readable",
                null,
                $"{path} holds a secret, alert_webhook, and every user can read it",
                $"chmod 0640 {path}"
            );
        }

        foreach (Channel channel in fleet.Config.Channels)
        {
            if (channel.WhyUnusable(root) is { } reason)
            {
                yield return FindingCatalogue.Of("channel-unusable", null, reason, "no VM gets it until then");
            }
        }

        foreach (string volume in Chains(fleet.Config))
        {
            Hookscript script = Hookscript.Find(root, volume);
            if (!script.IsRunnable)
            {
                yield return FindingCatalogue.Of(
                    "chain-unusable",
                    null,
                    $"chained hookscript {volume}: {script.Reason}",
                    $"{(script.Fix is { } fix ? $"{fix}, or " : "")}remove it from [hookscript] chain in fleet.toml"
                );
            }
        }
    }

    /// <summary>Finds roles of nonexistent VMs, usually deleted ones: a new VM with such a VMID would get the role.</summary>
    public static IEnumerable<Finding> Roles(FleetConfig fleet, IReadOnlyDictionary<int, string> cluster) =>
        fleet
            .Roles.Where(role => !cluster.ContainsKey(role.Key))
            .OrderBy(role => role.Key)
            .Select(role =>
                FindingCatalogue.Of(
                    "fleet-role-unused",
                    null,
                    $"fleet.toml gives VM {role.Key} the role '{role.Value}', but the cluster has no such VM",
                    "remove it from [roles]: the next VM with that VMID would get the role"
                )
            );

    private static IEnumerable<string> Chains(FleetConfig fleet) =>
        fleet.Chains.Values.Concat(fleet.Chain is { } chain ? [chain] : []).Distinct().Order(StringComparer.Ordinal);
}
