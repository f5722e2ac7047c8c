using LamBoot.Fleet.Text;

namespace LamBoot.Fleet.SecureBoot;

/// <summary>A VM's Secure Boot state, and how to fix it: a pure function of the facts.</summary>
/// <param name="Kind">The state.</param>
/// <param name="Reason">The reason in one line, escaped.</param>
/// <param name="Fix">The command; null if there is none, or nothing to fix.</param>
public sealed record SecureBootVerdict(SecureBootKind Kind, string Reason, string? Fix)
{
    /// <summary>Additional notes: a wrong mark, a TPM.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>Returns the verdict for the facts.</summary>
    public static SecureBootVerdict Of(SecureBootFacts facts)
    {
        SecureBootVerdict verdict = Judge(facts);
        return verdict with
        {
            Fix = facts.IsTemplate ? null : verdict.Fix, // a note says so
            Notes = [.. NotesOn(facts, verdict)],
        };
    }

    /// <summary>Returns only the state, which is all that a survey of many VMs needs.</summary>
    public static SecureBootKind KindOf(SecureBootFacts facts) => Judge(facts).Kind;

    private static SecureBootVerdict Judge(SecureBootFacts facts) =>
        facts.Gap is { } gap ? new(gap, SafeText.Escape(facts.GapReason ?? ""), facts.GapFix)
        : facts.Keys is not { } keys
            ? new(
                SecureBootKind.Unsupported,
                "its store has no authenticated variables: its firmware does not support Secure Boot",
                null
            )
        : keys.Mode == "setup"
            ? new(
                SecureBootKind.Setup,
                "setup mode: no platform key, so nothing is enforced",
                $"lamboot-hook enroll {facts.Vmid} --cert FILE --microsoft --setup"
            )
        : !keys.Enforced
            ? new(
                SecureBootKind.Off,
                "turned off in the firmware menu (Esc at power-on; Device Manager, Secure Boot Configuration)",
                null
            )
        : OfEnforced(facts, keys);

    private static SecureBootVerdict OfEnforced(SecureBootFacts facts, SecureBootReport keys)
    {
        bool isMicrosofts = keys.MicrosoftOf2011.Count + keys.MicrosoftOf2023.Count > 0;
        string[] missing = isMicrosofts ? [.. MicrosoftCertificates.Of2023.Except(keys.MicrosoftOf2023)] : [];
        bool lacksLamBoot = facts.AwaitsLamBoot && keys.LambootCertificate is null && keys.ShimCertificate is null;
        string enroll = $"lamboot-hook enroll {facts.Vmid} --cert FILE";
        if (missing.Length > 0)
        {
            string names = string.Join(", ", missing.Select(name => $"'{name}'"));
            string also = lacksLamBoot ? ", and LamBoot's certificate" : "";
            string fix = EnrollEfiKeys(facts);
            return new(SecureBootKind.Lacks2023, $"lacks {names}{also}", lacksLamBoot ? $"{fix} && {enroll}" : fix);
        }

        if (lacksLamBoot)
        {
            return new(
                SecureBootKind.LacksLamBoot,
                "LamBoot's certificate is neither in db nor in shim's list",
                enroll
            );
        }

        return new(
            SecureBootKind.Ready,
            isMicrosofts
                ? "enforced, with Microsoft's 2023 certificates"
                : "enforced, with its own keys and none of Microsoft's",
            null
        );
    }

    /// <summary>
    /// The command that enrolls the keys. Proxmox VE goes only by its mark (OVMF.pm, should_enroll_ms_2023_cert), so a mark that claims too much,
    /// or a missing one, is corrected first.
    /// </summary>
    private static string EnrollEfiKeys(SecureBootFacts facts)
    {
        string enroll = $"qm enroll-efi-keys {facts.Vmid}";
        return facts.Mark.LetsEnroll || facts.EfiDisk is not { } drive
            ? enroll
            : $"qm set {facts.Vmid} --efidisk0 {SafeText.Escape(EfiDiskMark.ToEnroll(drive))} && {enroll}";
    }

    private static IEnumerable<string> NotesOn(SecureBootFacts facts, SecureBootVerdict verdict)
    {
        if (facts.Keys is { } keys)
        {
            string[] claimed = [.. facts.Mark.Claimed.Except(keys.MicrosoftOf2023)];
            bool hasAll = keys.MicrosoftOf2023.Count == MicrosoftCertificates.Of2023.Count;
            if (claimed.Length > 0)
            {
                yield return $"Proxmox VE's mark says ms-cert={facts.Mark.Certificates}, but {string.Join(", ", claimed)} "
                    + $"{Plural.Word(claimed.Length, "is", "are")} not in the store";
            }
            else if (facts.Mark.LetsEnroll && hasAll)
            {
                yield return $"Proxmox VE's mark lacks ms-cert={EfiDiskMark.AllOf2023}, but the store has all of it: "
                    + "set the mark with qm enroll-efi-keys";
            }

            if (facts.Mark.HasKeys && keys.Mode == "setup")
            {
                yield return "Proxmox VE's mark says pre-enrolled-keys=1, but the store has no platform key";
            }
        }

        bool changesKeys = verdict.Kind == SecureBootKind.Setup || verdict.Kind.IsLacking();
        if (facts.HasTpm && (changesKeys || verdict.Kind == SecureBootKind.Off))
        {
            yield return "it has a TPM: anything its guest sealed to PCR 7 (BitLocker, LUKS) will ask for its recovery key after the change; "
                + "suspend it in the guest first";
        }

        if (facts.IsTemplate && changesKeys)
        {
            yield return "it is a template, and its store cannot change: fix its clones, or a VM to convert into a new template";
        }
    }
}
