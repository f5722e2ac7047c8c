using System.Text;
using LamBoot.Fleet.Config;

namespace LamBoot.Fleet.Tests.Config;

/// <summary>fleet.toml from a test's own text.</summary>
internal static class FleetTexts
{
    /// <summary>The required keys.</summary>
    public const string Head = "schema_version = 1\n[fleet]\nid = \"f\"\n";

    /// <summary>Parses a text without errors and unknown keys.</summary>
    public static FleetConfig Valid(string text)
    {
        FleetToml fleet = Parse(text);
        fleet.Errors.ShouldBeEmpty();
        fleet.UnknownKeys.ShouldBeEmpty();
        return fleet.Config;
    }

    /// <summary>The errors in a text, without the file name.</summary>
    public static List<string> Errors(string text) => [.. Parse(text).Errors.Select(error => error.ToString()[2..])];

    /// <summary>Parses a text as the file <c>f</c>.</summary>
    public static FleetToml Parse(string text) => FleetToml.Parse(Encoding.UTF8.GetBytes(text), "f");
}
