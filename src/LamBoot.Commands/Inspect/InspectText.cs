using LamBoot.Commands.Boot;
using LamBoot.Commands.SecureBoot;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Text;
using LamBoot.Pve.Qemu;

namespace LamBoot.Commands.Inspect;

/// <summary>The findings of <c>inspect</c> as text for people.</summary>
internal static class InspectText
{
    /// <summary>The lines.</summary>
    /// <param name="report">The findings.</param>
    /// <param name="now">The time for which to check the validity of certificates.</param>
    public static IEnumerable<string> Lines(InspectReport report, DateTimeOffset now)
    {
        if (report.Vmid is { } vmid)
        {
            string name = report.Name is null ? "" : $" ({SafeText.Escape(report.Name)})";
            yield return $"VM {vmid}{name} on {SafeText.Escape(report.Health.Node)}, {report.Health.QmpStatus}";
        }

        foreach ((string label, string text) in Facts(report, now))
        {
            yield return $"  {label, -12}{text}".TrimEnd();
        }

        IEnumerable<string> lists =
        [
            .. report.LastWords.Count == 0 ? [] : LastWords(report),
            .. report.Variables is null ? [] : VariableText.Live(report.Variables).Prepend(""),
            .. report.Entries is null ? [] : VariableText.Raw(report.Entries).Prepend(""),
        ];
        foreach (string line in lists)
        {
            yield return line;
        }
    }

    private static IEnumerable<string> LastWords(InspectReport report)
    {
        yield return "";
        yield return report.Vmid is { } vmid
            ? $"The last lines of the newest crash (lamboot-hook crash {vmid} shows all):"
            : "The last lines of the newest crash:";
        foreach (string line in report.LastWords)
        {
            yield return $"  {line}";
        }
    }

    private static IEnumerable<(string Label, string Text)> Facts(InspectReport report, DateTimeOffset now)
    {
        if (report.Exposure is { } exposure)
        {
            yield return ("identity", Identity(report, exposure));
            yield return (
                "this boot",
                exposure.Running is null ? "not running" : Given(exposure.Running, exposure.RunningFiles)
            );
            yield return (
                "next boot",
                exposure.NextFault is { } fault ? $"args {fault}" : Given(exposure.Next, exposure.NextFiles)
            );
        }

        if (report.FirmwareVolume is { } volume)
        {
            yield return ("image", $"{SafeText.Escape(volume.Path)}, {volume.ImageBytes} bytes");
            if (volume.StoreBytes is { } size)
            {
                string kind = volume.Authenticated == true ? "authenticated" : "plain";
                string spare = volume.Spare == true ? ", from the spare block" : "";
                yield return ("store", $"{kind}, {volume.UsedBytes} of {size} bytes used{Deleted(volume)}{spare}");
            }
        }

        foreach (
            (string Label, string Text) fact in report.SecureBoot is { } keys ? SecureBootText.Lines(keys, now) : []
        )
        {
            yield return fact;
        }

        foreach ((string Label, string Text) fact in report.Boot is { } boot ? BootText.Facts(boot) : [])
        {
            yield return fact;
        }

        foreach ((string Label, string Text) fact in Health(report.Health))
        {
            yield return fact;
        }
    }

    private static IEnumerable<(string Label, string Text)> Health(HealthRecord health)
    {
        yield return ("health", HealthText.Line(health));
        if (health.Verdict is { } verdict)
        {
            yield return ("verdict", verdict.Word());
        }

        if (health.FirmwareBoots is { } boots)
        {
            string ofRun = health.BootsSinceStart is { } since ? $", {since} since its last start" : "";
            yield return ("boots", $"the firmware booted {Plural.Of(boots, "time")}{ofRun}");
        }

        if (health.Crash is { } crash)
        {
            yield return ("crash", $"{crash}{(crash.At is { } at ? $", at {UtcText.Format(at)} by its clock" : "")}");
            if (health.CrashFile is { } file)
            {
                yield return ("", $"kept in {file}");
            }
        }

        if (health.EndedBy is { } end)
        {
            yield return ("ended by", end.Word());
        }
        if (health is { HasLocalTime: true, Timestamp: not null })
        {
            yield return (
                "clock",
                "local time per the VM's configuration, converted to UTC with this node's time zone"
            );
        }

        if (health.Version is { } version)
        {
            yield return ("LamBoot", Version(version));
        }

        if (health.Vmgenid is { } generation)
        {
            yield return ("vmgenid", generation);
        }

        foreach (string malformed in health.Malformed ?? [])
        {
            yield return ("malformed", SafeText.Escape(malformed));
        }
    }

    private static string Version(string version) =>
        version == "0.2.0"
            ? $"{version}, as reported by the loader (so do all releases up to 0.9.0)"
            : $"{version}, as reported by the loader";

    private static string Deleted(StoreReport volume) =>
        volume.DeletedBytes > 0 ? $", {volume.DeletedBytes} of them by deleted variables" : "";

    private static string Identity(InspectReport report, ExposureReport exposure)
    {
        if (report.Identity is not { } identity)
        {
            return report.IdentityError is { } error ? SafeText.Escape(error)
                : exposure.Next == "none" && report.Health.Error is { Kind: HealthErrorKind.NotOvmf }
                    ? "none: not a UEFI VM"
                : exposure.Next == "none" ? $"none; to give it one: lamboot-hook attach {report.Vmid}"
                : $"none yet: {SafeText.Escape(exposure.Document)} is written when the VM starts";
        }

        string whose =
            identity.Vmid is { } other && other != $"{report.Vmid}"
                ? $"VM {SafeText.Escape(other)}'s, lent to its start (restored by lamboot-hook attach {report.Vmid}, or by the next start that needs it): "
                : "";
        return $"{whose}fleet {OrNone(identity.FleetId)}, role {OrNone(identity.Role)}, written {SafeText.Escape(identity.WrittenAt)}";
    }

    private static string OrNone(string? text) => string.IsNullOrEmpty(text) ? "none" : $"'{SafeText.Escape(text)}'";

    private static string Given(string given, IReadOnlyList<string> files)
    {
        string names = string.Join(", ", files.Select(SafeText.Escape));
        return given switch
        {
            "own" => $"gets its own identity ({names})",
            "lent" => $"gets its own identity through another VM's file ({names}): a clone's first start",
            "other" => $"gets another identity file ({names})",
            "missing" => $"QEMU will not start: args points to a missing file ({names})",
            "duplicate" => $"QEMU will not start: args points to two identity files ({names})",
            _ => "no identity (args points to no identity file)",
        };
    }
}
