namespace LamBoot.Fleet.Config;

/// <summary>Where a web hook may be. By its form alone: System.Uri would be a twentieth of the hook, which has no use for the URL.</summary>
public static class WebHookUrl
{
    /// <summary>The one form of <c>webhook_format</c> that may go by plain HTTP, to a private address: Alertmanager has no TLS of its own.</summary>
    public const string PlainFormat = "alertmanager";

    private const string Https = "https://";
    private const string Http = "http://";

    /// <summary>Whether it goes by plain HTTP.</summary>
    public static bool IsPlain(string url) => url.StartsWith(Http, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a text is an https:// URL, or an http:// one of a loopback or private address.</summary>
    public static bool IsUrl(string text)
    {
        string host = Host(text);
        bool isHttps = text.StartsWith(Https, StringComparison.OrdinalIgnoreCase) && host.Length > 0 && host[0] != '@';
        return (isHttps || (IsPlain(text) && IsPrivate(host)))
            && !Array.Exists(text.ToCharArray(), c => char.IsWhiteSpace(c) || char.IsControl(c));
    }

    /// <summary>Whether a host is this one or has a private address (RFC 1918, RFC 4193). Another name may lead anywhere.</summary>
    /// <param name="host">As in a URL: an IPv6 address in brackets.</param>
    public static bool IsPrivate(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (host.StartsWith('[') ? IsPrivate6(host.Trim('[', ']')) : IsPrivate4(host.Split('.')));

    /// <summary>What stands between the scheme and the path, without the port: of one with a user's name not the host, but no address either.</summary>
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
        // As one writes them: 010 is 8 to some readers.
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
