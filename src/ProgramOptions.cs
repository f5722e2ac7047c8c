using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;
using LamBoot.Linux.Terminal;

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

    /// <summary>A whole number of 1 or more.</summary>
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
                    result.AddError($"{name}: expected a number of 1 or more");
                }

                return count;
            },
        };

    /// <summary>The host. A folder that was named has to be there: an empty tree would look like a host with no VM.</summary>
    public HostRoot Root(ParseResult result)
    {
        HostRoot root = result.GetValue(_root) is { } named ? new(named) : HostRoot.FromEnvironment();
        return HostFile.IsFolder(root.Resolve("/"))
            ? root
            : throw new HostException($"there is no folder {root.Resolve("")} (--root, or LAMBOOT_ROOT)");
    }

    /// <summary>Where fleet.toml is. The usual one may be missing; one that was named may not.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="other">What another option names; <c>--config</c> counts more.</param>
    public string FleetPath(ParseResult result, string? other = null)
    {
        if ((result.GetValue(_config) ?? other) is not { } named)
        {
            return Root(result).Resolve(FleetConfig.DefaultPath);
        }

        return HostFile.Exists(named) ? named : throw new HostException($"--config: there is no {named}");
    }

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

    /// <summary>
    /// Runs a command line: usage errors exit 2, other failures 1, both with one line on standard error. Whatever comes, no
    /// exception leaves it, of another thread neither: the runtime would abort.
    /// </summary>
    public int Run(RootCommand command, string[] args)
    {
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
        {
            Complain(Reason((Exception)unhandled.ExceptionObject));
            HookProcess.Abandon(Failure);
        };
        try
        {
            int exitCode = Invoke(command.Parse(args));
            return StandardIo.Output.HasFailed ? OutputFailed(exitCode) : exitCode;
        }
        catch (Exception e)
        {
            Complain(Reason(e));
            return Failure;
        }
    }

    private int Invoke(ParseResult result)
    {
        if (result.Errors.Count > 0 && result.Action is null or ParseErrorAction)
        {
            string message = result.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.');
            Complain($"{message}; see '{_program} --help'");
            return UsageError;
        }

        return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <summary>A reader that has seen enough and went away, such as head(1), needs no line.</summary>
    private int OutputFailed(int exitCode)
    {
        if (!StandardIo.Output.IsBroken)
        {
            Complain("cannot write to standard output: it is closed or full");
        }

        return exitCode == Success ? Failure : exitCode;
    }

    /// <summary>A failure in a line. The system's speak for themselves; what else comes is a fault of ours.</summary>
    public static string Reason(Exception e) =>
        e switch
        {
            HostException or IOException or UnauthorizedAccessException => e.Message,
            OutOfMemoryException => "out of memory",
            _ => $"internal error: {e.GetType().Name}: {e.Message}; please report it",
        };

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
