using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;
using LamBoot.Linux.Terminal;

namespace LamBoot;

/// <summary>The options that the command lines share. (Compiled into both programs; no library needs it.)</summary>
internal sealed class ProgramOptions
{
    private readonly Option<string> _root = new("--root")
    {
        Description = $"Use DIR as the host's root directory (or set {LamBootPaths.RootVariable})",
        HelpName = "DIR",
        Recursive = true,
    };

    private readonly Option<string> _config = new("--config")
    {
        Description = $"Fleet configuration file (default: {LamBootPaths.FleetToml})",
        HelpName = "FILE",
        Recursive = true,
    };

    public ProgramOptions(RootCommand command, string program)
    {
        command.Options.Add(_root);
        command.Options.Add(_config);
        foreach (Option option in command.Options)
        {
            if (option is VersionOption version)
            {
                version.Action = new PrintVersion(program);
            }
        }
    }

    public static Option<bool> Json() => new("--json") { Description = "Output JSON" };

    public static Option<bool> Wide() =>
        new("--wide") { Description = "Show all columns (a narrow terminal shows only the important ones)" };

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

    public static Option<bool> DryRun() =>
        new("--dry-run") { Description = "Show exactly what would change, without changing anything" };

    /// <summary>A whole number, at least 1.</summary>
    public static Option<int> Count(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count == 0)
                {
                    result.AddError($"{name}: expected a number, 1 or more");
                }

                return count;
            },
        };

    /// <summary>The host. A folder given explicitly must exist: an empty tree would look like a host without VMs.</summary>
    public HostRoot Root(ParseResult result)
    {
        HostRoot root = result.GetValue(_root) is { } named ? new(named) : LamBootPaths.RootOfEnvironment();
        return FileQuery.IsFolder(root.Resolve("/"))
            ? root
            : throw new HostException($"no such directory: {root.Resolve("")} (--root or {LamBootPaths.RootVariable})");
    }

    /// <summary>The path of fleet.toml. The default file may be missing; one given explicitly may not.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="other">The path from another option; <c>--config</c> takes precedence.</param>
    public string FleetPath(ParseResult result, string? other = null)
    {
        if ((result.GetValue(_config) ?? other) is not { } named)
        {
            return Root(result).Resolve(LamBootPaths.FleetToml);
        }

        return FileQuery.Exists(named) ? named : throw new HostException($"--config: no such file: {named}");
    }

    /// <summary>fleet.toml, for commands that can do without it: its errors are only reported.</summary>
    public FleetToml Fleet(ParseResult result)
    {
        FleetToml fleet = FleetToml.Read(FleetPath(result));
        if (fleet.Errors.Count > 0)
        {
            ErrorLog.Write($"{fleet.Errors[0]}; continuing with what can be read of it");
        }

        ChildProcess.Patience = fleet.Config.ProgramPatience;
        return fleet;
    }

    private sealed class PrintVersion(string program) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            StandardIo.Output.WriteLine($"{program} {Product.Version}");
            return 0;
        }
    }
}
