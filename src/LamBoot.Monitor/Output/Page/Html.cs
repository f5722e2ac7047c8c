using System.Globalization;
using System.Net;
using LamBoot.Fleet.Text;

namespace LamBoot.Monitor.Output.Page;

/// <summary>Text in a page of HTML: whatever a guest wrote is made printable, then escaped.</summary>
internal static class Html
{
    /// <summary>What a guest wrote, or may have.</summary>
    public static string Escape(string? text) => WebUtility.HtmlEncode(SafeText.Escape(text ?? ""));

    /// <summary>A line of ours, in which what a guest wrote is escaped already.</summary>
    public static string EscapeLine(string? text) => WebUtility.HtmlEncode(SafeText.EscapeLine(text ?? ""));

    /// <summary>What a guest wrote, cut to so many characters.</summary>
    public static string Escape(string? text, int most) =>
        WebUtility.HtmlEncode(SafeText.Shorten(SafeText.Escape(text ?? ""), most));

    /// <summary>A time for a person, which does not break: <c>26 Nov 09:14</c>, of another year <c>26 Nov 2025</c>.</summary>
    /// <param name="at">The time.</param>
    /// <param name="now">The time that the page is of.</param>
    public static string Time(DateTimeOffset at, DateTimeOffset now) =>
        Unbroken(
            at.UtcDateTime.ToString(
                at.UtcDateTime.Year == now.UtcDateTime.Year ? "d MMM HH:mm" : "d MMM yyyy",
                CultureInfo.InvariantCulture
            )
        );

    /// <summary>A text that stays in one line.</summary>
    public static string Unbroken(string text) => text.Replace(' ', '\u00a0');
}
