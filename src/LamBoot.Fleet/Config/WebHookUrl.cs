namespace LamBoot.Fleet.Config;

/// <summary>
/// Checks the URL of a webhook by its form only: System.Uri would make up a twentieth of the hook, which never uses the URL.
/// </summary>
public static class WebHookUrl
{
    /// <summary>The only <c>webhook_format</c> allowed over plain HTTP, to a private address: Alertmanager has no TLS of its own.</summary>
    public const string PlainFormat = "alertmanager";

    private const string Https = "https://";
    private const string Http = "http://";

    /// <summary>Whether a URL uses plain HTTP.</summary>
    public static bool IsPlain(string url) => url.StartsWith(Http, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a text is an https:// URL, or an http:// URL with a loopback or private address.</summary>
    public static bool IsUrl(string text)
    {
        string host = Host(text);
        bool isHttps = text.StartsWith(Https, StringComparison.OrdinalIgnoreCase) && host.Length > 0 && host[0] != '@';
        return (isHttps || (IsPlain(text) && IsPrivate(host)))
            && !Array.Exists(text.ToCharArray(), c => char.IsWhiteSpace(c) || char.IsControl(c));
    }

    /// <summary>Whether a host is this machine or has a private address (RFC 1918, RFC 4193). Any other name may lead anywhere.</summary>
    /// <param name="host">The host as in a URL: an IPv6 address in brackets.</param>
    public static bool IsPrivate(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (host.StartsWith('[') ? IsPrivate6(host.Trim('[', ']')) : IsPrivate4(host.Split('.')));

    /// <summary>
    /// The part between the scheme and the path, without the port. If the URL contains a user name, this is not the host, but not an address either.
    /// </summary>
    private static string Host(string url)
    {
        string[] parts = url.Split("://", 2);
        string authority = parts[^1].Split('/', '?', '#')[0];
        int bracket = authority.IndexOf(']', StringComparison.Ordinal);
        int colon = authority.IndexOf(':', Math.Max(bracket, 0));
        return colon < 0 || (IsPlain(url) && authority.Contains('@')) ? authority : authority[..colon];
    }

    private static bool IsPrivate4(string[] parts)
    {
        // In canonical form only: some parsers read 010 as 8.
        bool isAddress =
            parts.Length == 4
            && Array.TrueForAll(parts, part => byte.TryParse(part, out byte value) && $"{value}" == part);
        return isAddress
            && (byte.Parse(parts[0]), byte.Parse(parts[1])) switch
            {
                (127 or 10, _) or (192, 168) or (172, >= 16 and <= 31) => true,
                _ => false,
            };
    }

    private static bool IsPrivate6(string address) =>
        address == "::1"
        || (
            address.Length > 4
            && (
                address.StartsWith("fc", StringComparison.OrdinalIgnoreCase)
                || address.StartsWith("fd", StringComparison.OrdinalIgnoreCase)
            )
            && address.IndexOf(':', StringComparison.Ordinal) == 4
            && Array.TrueForAll(address.ToCharArray(), c => char.IsAsciiHexDigit(c) || c == ':')
        );
}
