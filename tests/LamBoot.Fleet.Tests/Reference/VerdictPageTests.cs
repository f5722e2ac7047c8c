using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Nvram.Boot;
using LamBoot.Testing.Reference;

namespace LamBoot.Fleet.Tests.Reference;

/// <summary>docs/reference/verdicts.md and docs/reference/secure-boot.md.</summary>
public sealed class VerdictPageTests
{
    private static readonly XmlDocs Docs = new(typeof(VerdictKind).Assembly);
    private static readonly XmlDocs Boot = new(typeof(BootState).Assembly);

    [Fact]
    public void The_verdicts_are_those_of_the_code() =>
        new ReferencePage("Verdicts", "src/LamBoot.Fleet/Health/Verdicts/VerdictKind.cs")
            .Paragraph(
                "A verdict says whether a VM boots, and a status says what that means for you. `lamboot-pve-monitor` shows the status and the reason, "
                    + "`lamboot-hook list` the verdict, [records](records.md) and [metrics](metrics.md) have both."
            )
            .Heading("Statuses")
            .List(
                HealthStatuses.WorstFirst.Select(status =>
                    $"**`{status.Word()}`**. {Docs.Of(status)} Verdicts: "
                    + string.Join(", ", VerdictKinds.All.Where(kind => kind.Status() == status).Select(Link))
                    + "."
                )
            )
            .Heading("What LamBoot itself says")
            .Paragraph(
                "The column `STATE` is LamBoot's own variable LamBootState, and `CRASHES` its LamBootCrashCount: the boots in a row that nothing "
                    + "confirmed. The verdict weighs them against other evidence: LamBoot writes `BootedOK` too, if its boot entry returns to it "
                    + "(`load-failed`)."
            )
            .List(Enum.GetValues<BootState>().Select(state => $"**`{state}`**. {Boot.Of(state)}"))
            .Heading("Verdicts, in the order in which they are tried")
            .Paragraph(
                "The first that applies counts. The numbers are defaults of [fleet.toml](fleet-toml.md#monitor)."
            )
            .List(VerdictKinds.All.Select(kind => $"**`{kind.Word()}`** ({kind.Status().Word()}). {Docs.Of(kind)}"))
            .Heading("Why nothing is known")
            .Paragraph("Where the store says nothing of a boot, `error` in a record begins with one of these words.")
            .List(
                Enum.GetValues<HealthErrorKind>()
                    .Where(kind => kind != HealthErrorKind.Other)
                    .Select(kind => $"**`{$"{new HealthError(kind, "")}".TrimEnd(' ', ':')}`**. {Docs.Of(kind)}")
            )
            .ShouldBePage("verdicts.md");

    [Fact]
    public void The_states_of_Secure_Boot_are_those_of_the_code() =>
        new ReferencePage("States of Secure Boot", "src/LamBoot.Fleet/SecureBoot/SecureBootKind.cs")
            .Paragraph(
                "`lamboot-hook secureboot` shows one for each VM, with the exact command; the metric `lamboot_vm_secureboot` and the "
                    + "monitor's JSON have them too. The first that applies counts. [Secure Boot](../secure-boot.md) is the task."
            )
            .List(SecureBootKinds.All.Select(kind => $"**`{kind.Word()}`**. {Docs.Of(kind)}"))
            .ShouldBePage("secure-boot.md");

    private static string Link(VerdictKind kind) => $"`{kind.Word()}`";
}
