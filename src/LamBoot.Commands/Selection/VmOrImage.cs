using System.CommandLine;
using System.CommandLine.Parsing;

namespace LamBoot.Commands.Selection;

/// <summary>What a command reads: a VM or, with <c>--vars</c>, an image without a VM.</summary>
internal sealed class VmOrImage
{
    private readonly Argument<int> _vmid = ProgramOptions.Vmid(ArgumentArity.ZeroOrOne);

    private readonly Option<string> _vars = new("--vars")
    {
        Description = "Read this OVMF_VARS image (raw or qcow2) instead of a VM's store",
        HelpName = "FILE",
    };

    public VmOrImage(Command command)
    {
        command.Arguments.Add(_vmid);
        command.Options.Add(_vars);
        command.Validators.Add(result =>
        {
            bool hasVmid = result.GetResult(_vmid) is { Tokens.Count: > 0 };
            if (hasVmid == result.GetResult(_vars) is not null)
            {
                result.AddError("expected a VMID, or --vars FILE");
            }
        });
    }

    /// <summary>The VM; null for an image.</summary>
    public int? Vmid(ParseResult result) => Path(result) is null ? result.GetValue(_vmid) : null;

    /// <summary>The image; null for a VM.</summary>
    public string? Path(ParseResult result) => result.GetValue(_vars);

    /// <summary>Whether an image was given, for validating the command line.</summary>
    public bool IsImage(SymbolResult result) => result.GetResult(_vars) is not null;
}
