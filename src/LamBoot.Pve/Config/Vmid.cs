using System.Globalization;

namespace LamBoot.Pve.Config;

/// <summary>VMIDs as allowed by Proxmox VE (pve-common, JSONSchema.pm, pve-vmid): 100 to 999999999.</summary>
public static class Vmid
{
    /// <summary>The smallest VMID.</summary>
    public const int Minimum = 100;

    /// <summary>The largest VMID.</summary>
    public const int Maximum = 999_999_999;

    /// <summary>The message for a text that is not a VMID.</summary>
    public static string Refusal(string text) => $"invalid VMID '{text}' (must be {Minimum}–{Maximum})";

    /// <summary>Parses a VMID: digits only, no sign, no leading zero.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out int vmid) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out vmid)
        && vmid is >= Minimum and <= Maximum
        && text[0] != '0';
}
