using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Commands.Check;

/// <summary>What <c>check</c> finds in fleet.toml.</summary>
internal static class FleetChecks
{
    public static IEnumerable<Finding> Run(HostRoot root, FleetToml fleet, string path)
    {
        if (!File.Exists(path) && fleet.Errors.Count == 0)
        {
            yield return FindingCatalogue.Of(
                "fleet-missing",
                null,
                $"there is no {path}",
                "write one: fleet.toml(5) has an example"
            );
        }

        foreach (FleetFinding error in fleet.Errors)
        {
            yield return FindingCatalogue.Of(
                "fleet-invalid",
                null,
                $"{error}",
                "until then VMs keep the identities they have"
            );
        }

        foreach (FleetFinding unknown in fleet.UnknownKeys)
        {
            yield return FindingCatalogue.Of(
                "fleet-unknown-key",
                null,
                $"{unknown}",
                "it is ignored: mend its name, or take it out"
            );
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
                    "put it there, or take [hookscript] chain out of fleet.toml"
                );
            }
        }
    }

    private static IEnumerable<string> Chains(FleetConfig fleet) =>
        fleet.Chains.Values.Concat(fleet.Chain is { } chain ? [chain] : []).Distinct().Order(StringComparer.Ordinal);
}
