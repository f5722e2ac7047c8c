using System.Text;

namespace LamBoot.Monitor.Alerts.Kinds;

/// <summary>A mail as sendmail reads it (RFC 5322, RFC 2047).</summary>
internal static class MailMessage
{
    private const int WordBytes = 45; // 60 characters in base64: an encoded word has at most 75
    private const int LongestPlain = 900; // a line has at most 998

    /// <summary>Returns the message.</summary>
    /// <param name="recipient">A user or an address that satisfies fleet.toml's rules.</param>
    /// <param name="subject">The subject, which may contain anything.</param>
    /// <param name="lines">The lines of the body.</param>
    public static byte[] Of(string recipient, string subject, IEnumerable<string> lines)
    {
        string[] header =
        [
            $"To: {recipient}",
            $"Subject: {Unstructured(subject)}",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=UTF-8",
            "Content-Transfer-Encoding: 8bit",
            "Auto-Submitted: auto-generated",
            "",
        ];
        return Encoding.UTF8.GetBytes(string.Concat(header.Concat(lines).Select(line => line + "\n")));
    }

    /// <summary>
    /// The text of a header: verbatim if it is plain, else as encoded words. Text that looks like an encoded word would be decoded as one.
    /// </summary>
    private static string Unstructured(string text)
    {
        bool isPlain =
            text.Length <= LongestPlain
            && text.All(c => c is >= ' ' and <= '~')
            && !text.Contains("=?", StringComparison.Ordinal);
        return isPlain ? text : string.Join("\n ", Words(text));
    }

    private static IEnumerable<string> Words(string text)
    {
        StringBuilder part = new();
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (length + rune.Utf8SequenceLength > WordBytes)
            {
                yield return Word(part);
                (length, part) = (0, new());
            }

            part.Append(rune.ToString());
            length += rune.Utf8SequenceLength;
        }

        yield return Word(part);
    }

    private static string Word(StringBuilder text) =>
        $"=?UTF-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text.ToString()))}?=";
}
