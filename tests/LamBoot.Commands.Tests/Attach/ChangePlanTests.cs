using System.Text;
using LamBoot.Commands.Attach;
using LamBoot.Commands.Selection;
using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Tests.Attach;

/// <summary>A table test of what attach and detach do to a configuration.</summary>
public sealed class ChangePlanTests
{
    private const string Ours = "local:snippets/lamboot-hook";
    private const string Elsewhere = "nas:snippets/lamboot-hook";
    private const string Other = "local:snippets/gpu.pl";
    private const string Item = HostTree.Args + "100.json";
    private const string Ovmf = "bios: ovmf\n";

    /// <summary>The resulting hookscript and args: "=" means unchanged.</summary>
    [Theory]
    [InlineData("", Ours, Item)]
    [InlineData("args: -name x\n", Ours, "-name x " + Item)]
    [InlineData($"args: {Item}\nhookscript: {Ours}\n", "=", "=")]
    [InlineData($"args: {Item}\n", Ours, "=")]
    [InlineData($"hookscript: {Ours}\n", "=", Item)]
    [InlineData($"args: {HostTree.Args}900.json\nhookscript: {Ours}\n", "=", Item)] // a clone's
    [InlineData($"args: {Item} {Item}\nhookscript: {Ours}\n", "=", Item)]
    [InlineData($"args: {Item}\nhookscript: {Elsewhere}\n", "=", "=")] // one of ours that can run stays
    [InlineData($"args: {Item}\nhookscript: gone:snippets/lamboot-hook\n", Ours, "=")]
    [InlineData($"args: -name x\nhookscript: {Ours}\n[PENDING]\nargs: {Item}\n", "=", "=")] // what takes effect next
    [InlineData($"args: {Item}\nhookscript: {Ours}\n[PENDING]\ndelete: args\n", "=", Item)]
    public void Attach_gives_what_is_missing(string config, string hookscript, string args) =>
        Text(Attach(Ovmf + config)).ShouldBe((hookscript, args));

    [Theory]
    [InlineData("", "not UEFI (no 'bios: ovmf')", true)]
    [InlineData($"{Ovmf}lock: backup\n", "its configuration has 'lock: backup'", false)]
    [InlineData($"{Ovmf}args: 'x\n", "args has an unclosed quote, so Proxmox VE ignores all of it; fix it with", false)]
    [InlineData($"{Ovmf}hookscript: {Other}\n", $"keeping its hookscript {Other}; to use both", false)]
    public void Attach_says_what_a_VM_is_not_fit_for(string config, string reason, bool isUnfit)
    {
        HostException refusal = Should.Throw<HostException>(() => Attach(config));

        refusal.Message.ShouldStartWith(reason);
        (refusal is UnfitException).ShouldBe(isUnfit);
    }

    /// <summary>A foreign hookscript is replaced only if fleet.toml chains it and --replace is given.</summary>
    [Theory]
    [InlineData(Other, true, true)]
    [InlineData(Other, false, false)]
    [InlineData("", true, false)]
    [InlineData("local:snippets/other.pl", true, false)]
    public void Anothers_hookscript_is_replaced_only_where_it_is_chained(string chain, bool replaces, bool isReplaced)
    {
        FleetConfig fleet = Fleet(chain);
        string config = $"{Ovmf}hookscript: {Other}\n";

        if (isReplaced)
        {
            Attach(config, fleet, replaces).Hookscript.ShouldBe(Ours);
        }
        else
        {
            Should.Throw<HostException>(() => Attach(config, fleet, replaces)).Message.ShouldContain("--replace");
        }
    }

    /// <summary>The resulting hookscript and args: "=" means unchanged, empty means deleted; "!" is not one of our VMs.</summary>
    [Theory]
    [InlineData($"args: -name x {Item}\nhookscript: {Ours}\n", "", "", "-name x")]
    [InlineData($"args: {Item}\nhookscript: {Ours}\n", "", "", "")]
    [InlineData($"args: {Item}\nhookscript: {Ours}\n", Other, Other, "")] // the chained one is restored
    [InlineData($"args: {Item}\nhookscript: {Other}\n", "", "=", "")]
    [InlineData($"hookscript: {Elsewhere}\n", "", "", "=")]
    [InlineData($"args: '{Item}\nhookscript: {Ours}\n", "", "", "=")] // a faulty line is left alone
    [InlineData($"args: {Item}\n[PENDING]\ndelete: args\n", "", "=", "=")]
    [InlineData("args: -name x\n", "", "!", "!")]
    public void Detach_takes_away_what_is_ours(string config, string chain, string hookscript, string args)
    {
        VmChange Detach(bool hasDocument) => ChangePlan.Detach(100, Config(Ovmf + config), Fleet(chain), hasDocument);
        if (hookscript == "!")
        {
            Should.Throw<UnfitException>(() => Detach(hasDocument: false));
            Detach(hasDocument: true).IsNothing.ShouldBeTrue(); // the document still has to be removed
        }
        else
        {
            Text(Detach(hasDocument: true)).ShouldBe((hookscript, args));
        }
    }

    private static VmChange Attach(string config, FleetConfig? fleet = null, bool replaces = false) =>
        ChangePlan.Attach(100, Config(config), fleet ?? new(), Ours, replaces, volume => volume == Elsewhere);

    private static VmConfig Config(string text) => new(Encoding.UTF8.GetBytes(text));

    private static FleetConfig Fleet(string chain)
    {
        FleetConfig fleet = new();
        if (chain.Length > 0)
        {
            fleet.Chains[100] = chain;
        }

        return fleet;
    }

    private static (string Hookscript, string Args) Text(VmChange change) =>
        (change.Hookscript ?? "=", change.Args is { } args ? args.Text : "=");
}
