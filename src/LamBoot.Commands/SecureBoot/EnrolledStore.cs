namespace LamBoot.Commands.SecureBoot;

/// <summary>A store with enrolled keys.</summary>
/// <param name="Volume">Its firmware volume.</param>
/// <param name="Changes">The changes, in words.</param>
/// <param name="SwitchesOn">Whether the store was in setup mode, so that Secure Boot is turned on.</param>
/// <param name="WhatBoots">What boots according to its db, in words.</param>
internal sealed record EnrolledStore(byte[] Volume, IReadOnlyList<string> Changes, bool SwitchesOn, string WhatBoots)
{
    /// <summary>The report before it is written.</summary>
    /// <param name="maySetUp">Whether Secure Boot may be turned on.</param>
    /// <param name="isDryRun">Whether to only report what would change.</param>
    public IEnumerable<string> Lines(bool maySetUp, bool isDryRun)
    {
        if (SwitchesOn)
        {
            string would = isDryRun ? "would turn" : "turning"; // printed before it is done
            string asked = maySetUp ? "" : " (needs --setup)";
            yield return $"{would} Secure Boot on{asked}: from the next boot, {WhatBoots}";
        }

        foreach (string change in Changes)
        {
            yield return $"{(isDryRun ? "would enroll" : "enrolling")} {change}";
        }
    }

    /// <summary>Why it may not be written; null if it may.</summary>
    /// <param name="maySetUp">Whether Secure Boot may be turned on.</param>
    public string? Refusal(bool maySetUp) =>
        SwitchesOn && !maySetUp
            ? $"the store is in setup mode: this would turn Secure Boot on, and {WhatBoots}; nothing changed; to do it, add --setup"
            : null;
}
