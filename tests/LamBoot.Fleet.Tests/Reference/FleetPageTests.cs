using LamBoot.Fleet.Config;
using LamBoot.Testing.Reference;

namespace LamBoot.Fleet.Tests.Reference;

/// <summary>docs/reference/fleet-toml.md.</summary>
public sealed class FleetPageTests
{
    [Fact]
    public void The_page_is_made_of_the_table()
    {
        ReferencePage page = new ReferencePage("fleet.toml", "src/LamBoot.Fleet/Config/FleetHelp.cs").Paragraph(
            "`/etc/lamboot/fleet.toml` is TOML in UTF-8. `lamboot-hook check` names unknown keys, which are otherwise ignored, and every "
                + "mistake with line and column. With a mistake in it, known VMs keep their identities, and new ones get one without fleet and role: "
                + "[if fleet.toml is broken](../trouble.md#if-fleettoml-is-broken). The manual page "
                + "fleet.toml(5) has the same list; the package installs an example as `/usr/share/doc/lamboot-hook/examples/fleet.toml`."
        );
        foreach (IGrouping<string, FleetKey> section in FleetKeys.All.GroupBy(Section))
        {
            (section.Key.Length == 0 ? page.Heading("At the top") : page.Heading($"[{section.Key}]")).List(
                section.Select(key => Item(section.Key, key))
            );
        }

        page.ShouldBePage("fleet-toml.md");
    }

    private static string Section(FleetKey key) => key.Name.Contains('.') ? key.Name.Split('.')[0] : "";

    private static string Item(string section, FleetKey key)
    {
        string help = FleetHelp.Of[key.Name];
        if (key.Table is not { } table)
        {
            return $"**`{key.Name[(section.Length == 0 ? 0 : section.Length + 1)..]}`**. {help}";
        }

        int colon = help.IndexOf(": ", StringComparison.Ordinal);
        return $"**`{(table == section ? "" : $"[{table}] ")}{help[..colon]}`**. {help[(colon + 2)..]}";
    }
}
