using LamBoot.Fleet.Identity;

namespace LamBoot.Fleet.Config;

/// <summary>What the texts of fleet.toml have to be. By arrays: LINQ would be the hook's to load.</summary>
internal static class FleetRules
{
    public static bool IsFleetId(string text) =>
        text.Length is >= 1 and <= 64
        && Array.TrueForAll(text.ToCharArray(), c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    public static bool IsRole(string text) => text.Length > 0 && IdentityJson.IsReadable(text);

    public static bool IsHeader(string text)
    {
        string[] parts = text.Split(':', 2);
        return parts is [{ Length: > 0 } name, string value]
            && Array.TrueForAll(name.ToCharArray(), c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            && value.Trim().Length > 0
            && Array.TrueForAll(value.ToCharArray(), c => c is >= ' ' and <= '~');
    }

    /// <summary>A user of the node or an address, and nothing that sendmail could take for an option, a list or a header's end.</summary>
    public static bool IsRecipient(string text) =>
        text.Length is > 0 and <= 254
        && char.IsAsciiLetterOrDigit(text[0])
        && Array.TrueForAll(
            text.ToCharArray(),
            c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '-' or '@'
        );

    /// <summary>Our own would call itself for ever.</summary>
    public static bool IsChain(string volume) =>
        volume.Contains(":snippets/", StringComparison.Ordinal) && !LamBootPaths.IsOurHookscript(volume);

    public static bool IsAbsolutePath(string path) =>
        path.StartsWith('/') && !Array.Exists(path.ToCharArray(), char.IsControl) && !path.Split('/').Contains("..");
}
