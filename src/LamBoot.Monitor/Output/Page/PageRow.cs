using System.Globalization;
using System.Text;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Text;

namespace LamBoot.Monitor.Output.Page;

/// <summary>A VM as a row that reads like a sentence: which VM, its state, why, since when, and its last good boot.</summary>
/// <param name="vm">The VM.</param>
/// <param name="now">The time of the page.</param>
internal sealed class PageRow(PageVm vm, DateTimeOffset now)
{
    private const int MostCrashLines = 40;
    private const int MostReason = 200; // in characters, like the next one
    private const int MostName = 64;
    private const int WithoutTitle = 18; // for names shown in full

    private HealthRecord Record => vm.Record;

    private string Status => Record.Status.Word();

    private bool IsBroken => Record.Status is HealthStatus.Critical or HealthStatus.Warning;

    /// <summary>The VM and its state.</summary>
    /// <param name="hasNode">Whether to show the VM's node.</param>
    public string Text(bool hasNode)
    {
        StringBuilder row = new();
        string role = Record.Role.Length > 0 ? $"<small>{Html.Escape(Record.Role, MostName)}</small>" : "";
        row.Append(
            CultureInfo.InvariantCulture,
            $"<li class=\"vm {Status}\">\n<div class=\"who\"><b>{Record.Vmid}</b> "
        );
        row.Append(CultureInfo.InvariantCulture, $"{Named("name", Record.Name ?? "")} ");
        row.Append(CultureInfo.InvariantCulture, $"<i>{Status}</i>{role}</div>\n");
        row.Append(hasNode ? $"<div class=\"node\">{Html.Escape(Record.Node)}</div>\n" : "");
        return row.Append(CultureInfo.InvariantCulture, $"<p>{Sentence()}</p>\n").ToString();
    }

    /// <summary>What its console showed; empty if there is nothing to show.</summary>
    public string Console()
    {
        if (vm.Console is not { } console)
        {
            return "";
        }

        string fault = console.Fault is { } why ? $"<small>{Html.EscapeLine(why)}</small>" : "";
        string at = Html.Time(console.At, now);
        return console.Png is not { } png
            ? $"<p class=\"none\">{fault}</p>\n"
            : $"<details class=\"screen\"><summary><img alt=\"Console of VM {Record.Vmid}, {at}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\">"
                + $"<small>console, {at}</small></summary>{fault}</details>\n";
    }

    /// <summary>The kernel's last lines, collapsed; empty if they are not kept.</summary>
    public string Crash()
    {
        if (vm.Crash is not { } crash)
        {
            return "";
        }

        string[] lines = [.. crash.SafeLines];
        string text = string.Join('\n', lines.TakeLast(MostCrashLines).Select(Html.EscapeLine));
        string id = string.Create(CultureInfo.InvariantCulture, $"crash-{Record.Vmid}");
        return $"<details class=\"crash\"><summary>Last kernel messages ({Plural.Of(lines.Length, "line")})</summary>"
            + $"<pre id=\"{id}\">{text}</pre><a href=\"#{id}\">Keep open</a></details>\n";
    }

    private string Sentence()
    {
        StringBuilder text = new();
        string reason = Record.Reason ?? HealthText.Why(Record);
        text.Append(
            CultureInfo.InvariantCulture,
            $"<strong>{Html.EscapeLine(SafeText.Shorten(Capital(reason), MostReason))}</strong>"
        );
        text.Append(
            vm.Vm.Since is { } since ? $" since {Html.Time(since, now)} ({Html.Unbroken(AgeText.Of(now - since))})" : ""
        );
        text.Append('.');
        string[] boots = [.. new[] { LastBoot(), IsBroken ? LastGood() : "" }.Where(part => part.Length > 0)];
        text.Append(boots.Length > 0 ? $" {Capital(string.Join("; ", boots))}." : "");
        text.Append(Unconfirmed());
        text.Append(Record.QmpStatus is { } power and not "running" ? $" {Html.Escape(Capital(power))}." : "");
        return text.ToString();
    }

    /// <summary>The boots before the last one that were not confirmed, unless the reason counts them.</summary>
    private string Unconfirmed() =>
        Record.CrashCount is not > 0 || Record.Verdict is VerdictKind.CrashLoop or VerdictKind.NeverConfirmed ? ""
        : Record.CrashCount == 1 ? " The boot before it was not confirmed."
        : string.Create(CultureInfo.InvariantCulture, $" The {Record.CrashCount} boots before it were not confirmed.");

    private string LastBoot()
    {
        string entry = Record.LastEntry is { } last ? $" {Entry(last)}" : "";
        string at = UtcText.Parse(Record.Timestamp) is { } booted ? $", {Html.Time(booted, now)}" : "";
        return entry.Length == 0 ? "" : $"booted{entry}{at}";
    }

    private string LastGood() =>
        vm.LastGood is not { } good
            ? Record.Verdict == VerdictKind.NeverConfirmed
                ? ""
                : "no good boot recorded"
            : good.LastEntry is not { } entry || entry == Record.LastEntry
                ? $"last good {GoodAt(good)}"
                : $"last good {Entry(entry)}, {GoodAt(good)}";

    private string GoodAt(HealthRecord good) =>
        (UtcText.Parse(good.Timestamp) ?? UtcText.Parse(good.ObservedAt)) is { } at
            ? Html.Time(at, now)
            : "at an unknown time";

    private static string Entry(string entry) => Named("entry", entry);

    /// <summary>A name, cut with "…" if there is no room, and shown in full on hover.</summary>
    private static string Named(string kind, string name)
    {
        string text = Html.Escape(name, MostName);
        return $"<span class=\"{kind}\"{(text.Length > WithoutTitle ? $" title=\"{text}\"" : "")}>{text}</span>";
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
