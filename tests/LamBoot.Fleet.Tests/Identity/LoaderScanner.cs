using System.Text;

namespace LamBoot.Fleet.Tests.Identity;

/// <summary>
/// What LamBoot reads from a document, by the rules of its own scanner: the first <c>"key"</c> anywhere, the next colon, then a string with
/// eight escapes; any other escape yields its letter. Null for an empty string, and for anything that is not a string.
/// </summary>
internal static class LoaderScanner
{
    public static string? Find(string text, string key)
    {
        int at = text.IndexOf($"\"{key}\"", StringComparison.Ordinal);
        int colon = at < 0 ? -1 : text.IndexOf(':', at + key.Length + 2);
        string rest = colon < 0 ? "" : text[(colon + 1)..].TrimStart();
        return rest.StartsWith('"') ? ReadString(rest.AsSpan(1)) : null;
    }

    private static string? ReadString(ReadOnlySpan<char> text)
    {
        StringBuilder value = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                return value.Length == 0 ? null : value.ToString();
            }

            value.Append(text[i] == '\\' && i + 1 < text.Length ? Unescape(text[++i]) : text[i]);
        }

        return null;
    }

    private static char Unescape(char c) =>
        c switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\b',
            'f' => '\f',
            _ => c,
        };
}
