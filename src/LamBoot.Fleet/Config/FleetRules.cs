using LamBoot.Fleet.Identity;

namespace LamBoot.Fleet.Config;

/// <summary>What the texts of fleet.toml have to be.</summary>
internal static class FleetRules
{
    public static bool IsFleetId(string text) =>
        text.Length is >= 1 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    public static bool IsRole(string text) => text.Length > 0 && IdentityJson.IsReadable(text);

    public static bool IsHeader(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            && text[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            && text[(colon + 1)..].Trim().Length > 0
            && text.All(c => c is >= ' ' and <= '~');
    }

    /// <summary>A user of the node or an address, and nothing that sendmail could take for an option, a list or a header's end.</summary>
    public static bool IsRecipient(string text) =>
        text.Length is > 0 and <= 254
        && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '-' or '@');

    /// <summary>Our own would call itself for ever.</summary>
    public static bool IsChain(string volume) =>
        volume.Contains(":snippets/", StringComparison.Ordinal) && !LamBootPaths.IsOurHookscript(volume);

    public static bool IsAbsolutePath(string path) =>
        path.StartsWith('/') && !path.Any(char.IsControl) && !path.Split('/').Contains("..");
}
