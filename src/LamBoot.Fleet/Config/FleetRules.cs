using LamBoot.Fleet.Identity;

namespace LamBoot.Fleet.Config;

/// <summary>Validates the strings of fleet.toml. Uses arrays because LINQ would have to be loaded by the hook.</summary>
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

    /// <summary>
    /// Whether a text is a local user or an address, without anything that sendmail could read as an option, a list, or the end of a
    /// header.
    /// </summary>
    public static bool IsRecipient(string text) =>
        text.Length is > 0 and <= 254
        && char.IsAsciiLetterOrDigit(text[0])
        && Array.TrueForAll(
            text.ToCharArray(),
            c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '-' or '@'
        );

    /// <summary>Whether a volume can be chained. Our own snippet would call itself forever.</summary>
    public static bool IsChain(string volume) =>
        volume.Contains(":snippets/", StringComparison.Ordinal) && !LamBootPaths.IsOurHookscript(volume);

    public static bool IsAbsolutePath(string path) =>
        path.StartsWith('/') && !Array.Exists(path.ToCharArray(), char.IsControl) && !path.Split('/').Contains("..");
}
