using System.Globalization;
using System.Net;
using LamBoot.Fleet.Text;

namespace LamBoot.Monitor.Output.Page;

/// <summary>Text in an HTML page: guest-written text is made printable, then escaped.</summary>
internal static class Html
{
    /// <summary>Escapes text that is or may be guest-written.</summary>
    public static string Escape(string? text) => WebUtility.HtmlEncode(SafeText.Escape(text ?? ""));

    /// <summary>Escapes a line of ours in which guest-written text is already made printable.</summary>
    public static string EscapeLine(string? text) => WebUtility.HtmlEncode(SafeText.EscapeLine(text ?? ""));

    /// <summary>Escapes guest-written text, cut to this many characters.</summary>
    public static string Escape(string? text, int most) =>
        WebUtility.HtmlEncode(SafeText.Shorten(SafeText.Escape(text ?? ""), most));

    /// <summary>A time for people, without line breaks: <c>26 Nov 09:14</c>, or <c>26 Nov 2025</c> in another year.</summary>
    /// <param name="at">The time.</param>
    /// <param name="now">The time of the page.</param>
    public static string Time(DateTimeOffset at, DateTimeOffset now) =>
        Unbroken(
            at.UtcDateTime.ToString(
                at.UtcDateTime.Year == now.UtcDateTime.Year ? "d MMM HH:mm" : "d MMM yyyy",
                CultureInfo.InvariantCulture
            )
        );

    /// <summary>Makes a text stay on one line.</summary>
    public static string Unbroken(string text) => text.Replace(' ', '\u00a0');
}
