using System.CommandLine;

namespace LamBoot.Commands;

/// <summary>Arguments and options of more than one command.</summary>
internal static class Arguments
{
    /// <summary>A VMID as an argument.</summary>
    public static Argument<int> Vmid(ArgumentArity arity) =>
        new("VMID")
        {
            Description = "The VM",
            Arity = arity,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (!Pve.Config.Vmid.TryParse(text, out int number))
                {
                    result.AddError(Pve.Config.Vmid.Refusal(text));
                }

                return number;
            },
        };

    /// <summary><c>--dry-run</c>.</summary>
    public static Option<bool> DryRun() => new("--dry-run") { Description = "Show the exact change, and make none" };
}
