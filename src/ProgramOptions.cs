using System.CommandLine;
using System.CommandLine.Invocation;
using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot;

/// <summary>What the command lines of both programs share. (A source file of both: no library needs it.)</summary>
internal sealed class ProgramOptions
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int UsageError = 2;

    private readonly Option<string> _root = new("--root")
    {
        Description = "The folder that all paths of the host start below (or LAMBOOT_ROOT)",
        HelpName = "DIR",
        Recursive = true,
    };

    private readonly Option<string> _config = new("--config")
    {
        Description = $"The fleet's configuration, default {FleetConfig.DefaultPath}",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly string _program;

    public ProgramOptions(RootCommand command, string program)
    {
        _program = program;
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

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON value and nothing else" };

    public HostRoot Root(ParseResult result) =>
        result.GetValue(_root) is { } root ? new HostRoot(root) : HostRoot.FromEnvironment();

    public string FleetPath(ParseResult result) =>
        result.GetValue(_config) ?? Root(result).Resolve(FleetConfig.DefaultPath);

    /// <summary>fleet.toml, for commands that go on without it: what is wrong with it is said.</summary>
    public FleetToml Fleet(ParseResult result)
    {
        FleetToml fleet = FleetToml.Read(FleetPath(result));
        if (fleet.Errors.Count > 0)
        {
            Complain($"{fleet.Errors[0]}; going on without it");
        }

        return fleet;
    }

    /// <summary>Runs a command line: usage errors exit 2, other failures 1, both with one line on standard error.</summary>
    public int Run(RootCommand command, string[] args)
    {
        ParseResult result = command.Parse(args);
        if (result.Errors.Count > 0 && result.Action is null or ParseErrorAction)
        {
            string message = result.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.');
            Complain($"{message}; see '{_program} --help'");
            return UsageError;
        }

        try
        {
            return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (HostException e)
        {
            Complain(e.Message);
            return Failure;
        }
        catch (IOException)
        {
            return Failure; // help or version, to a standard output that is closed or full
        }
    }

    private void Complain(string text) => StandardIo.Error.WriteLine($"{_program}: {SafeText.EscapeLine(text)}");

    private sealed class PrintVersion(string program) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            StandardIo.Output.WriteLine($"{program} {Product.Version}");
            return Success;
        }
    }
}
