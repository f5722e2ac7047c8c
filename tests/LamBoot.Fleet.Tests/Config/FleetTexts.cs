using System.Text;
using LamBoot.Fleet.Config;

namespace LamBoot.Fleet.Tests.Config;

/// <summary>fleet.toml from a test's own text.</summary>
internal static class FleetTexts
{
    /// <summary>What has to be there.</summary>
    public const string Head = "schema_version = 1\n[fleet]\nid = \"f\"\n";

    /// <summary>What a text without errors and unknown keys says.</summary>
    public static FleetConfig Valid(string text)
    {
        FleetToml fleet = Parse(text);
        fleet.Errors.ShouldBeEmpty();
        fleet.UnknownKeys.ShouldBeEmpty();
        return fleet.Config;
    }

    /// <summary>The errors of a text, without the name of the file.</summary>
    public static List<string> Errors(string text) => [.. Parse(text).Errors.Select(error => error.ToString()[2..])];

    /// <summary>Reads a text as the file <c>f</c>.</summary>
    public static FleetToml Parse(string text) => FleetToml.Parse(Encoding.UTF8.GetBytes(text), "f");
}
