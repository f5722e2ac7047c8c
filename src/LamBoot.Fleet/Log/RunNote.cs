using System.Globalization;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Log;

/// <summary>A completed run of a VM. A run is one QEMU process; unknown values are null.</summary>
/// <param name="BootsBefore">The firmware's boot count when it began.</param>
/// <param name="Boots">The firmware's boot count when it ended.</param>
/// <param name="EndedBy">What ended it.</param>
/// <param name="Seconds">How long it lasted, in seconds.</param>
public sealed record RunNote(uint? BootsBefore, uint? Boots, RunEnd? EndedBy, long? Seconds)
{
    private const string NotKnown = "-";

    /// <summary>The text of a line: <c>11 12 guest 3600</c>.</summary>
    public override string ToString() =>
        string.Join(' ', Text(BootsBefore), Text(Boots), EndedBy?.Word() ?? NotKnown, Text(Seconds));

    /// <summary>Parses such a text; null if it is not one.</summary>
    internal static RunNote? Parse(string text) =>
        text.Split(' ') is [var before, var boots, var end, var seconds]
            ? new((uint?)Number(before), (uint?)Number(boots), RunEnds.Parse(end), Number(seconds))
            : null;

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? NotKnown;

    private static long? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;
}
