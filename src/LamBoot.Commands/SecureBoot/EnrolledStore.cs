namespace LamBoot.Commands.SecureBoot;

/// <summary>A store with keys in it.</summary>
/// <param name="Volume">Its firmware volume.</param>
/// <param name="Changes">What was changed, for a person.</param>
/// <param name="SwitchesOn">Whether the store was in setup mode, so that Secure Boot is switched on.</param>
/// <param name="WhatBoots">What boots by its db, for a person.</param>
internal sealed record EnrolledStore(byte[] Volume, IReadOnlyList<string> Changes, bool SwitchesOn, string WhatBoots)
{
    /// <summary>What is said of it before it is written.</summary>
    /// <param name="maySetUp">Whether Secure Boot may be switched on.</param>
    /// <param name="isDryRun">Whether it is only said what would be changed.</param>
    public IEnumerable<string> Lines(bool maySetUp, bool isDryRun)
    {
        if (SwitchesOn)
        {
            string would = isDryRun ? "would turn" : "turning"; // said before it is done
            string asked = maySetUp ? "" : " (needs --setup)";
            yield return $"{would} Secure Boot on{asked}: from the next boot, {WhatBoots}";
        }

        foreach (string change in Changes)
        {
            yield return $"{(isDryRun ? "would enroll" : "enrolling")} {change}";
        }
    }

    /// <summary>Why it may not be written; null where it may.</summary>
    /// <param name="maySetUp">Whether Secure Boot may be switched on.</param>
    public string? Refusal(bool maySetUp) =>
        SwitchesOn && !maySetUp
            ? $"the store is in setup mode: this would turn Secure Boot on, and {WhatBoots}; nothing changed; to do it, add --setup"
            : null;
}
