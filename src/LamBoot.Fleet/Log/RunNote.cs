using System.Globalization;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Log;

/// <summary>A VM's run that has ended, a run being one QEMU; what is not known of it is null.</summary>
/// <param name="BootsBefore">How often the firmware had booted when it began.</param>
/// <param name="Boots">The same when it had ended.</param>
/// <param name="EndedBy">What ended it.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record RunNote(uint? BootsBefore, uint? Boots, RunEnd? EndedBy, long? Seconds)
{
    private const string NotKnown = "-";

    /// <summary>The text of a line: <c>11 12 guest 3600</c>.</summary>
    public override string ToString() =>
        string.Join(' ', Text(BootsBefore), Text(Boots), EndedBy?.Word() ?? NotKnown, Text(Seconds));

    /// <summary>Reads such a text; null for what is none.</summary>
    internal static RunNote? Parse(string text) =>
        text.Split(' ') is [var before, var boots, var end, var seconds]
            ? new((uint?)Number(before), (uint?)Number(boots), RunEnds.Parse(end), Number(seconds))
            : null;

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? NotKnown;

    private static long? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;
}
