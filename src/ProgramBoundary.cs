using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using LamBoot.Fleet.Text;
using LamBoot.Linux.Processes;
using LamBoot.Linux.Terminal;

namespace LamBoot;

/// <summary>Turns every failure into one line and an exit code. (Compiled into both programs that parse a command line.)</summary>
internal static class ProgramBoundary
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int UsageError = 2;
    private const string Help = "help";
    private const string Json = "--json";

    /// <summary>
    /// Runs a command line: usage errors exit 2, other failures 1, each with one line on standard error. No exception escapes, not even
    /// from another thread: the runtime would abort.
    /// </summary>
    public static int Run(RootCommand command, string program, string[] args)
    {
        ErrorLog.Program = program;
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
        {
            ErrorLog.Write(ErrorLog.Reason((Exception)unhandled.ExceptionObject));
            ThisProcess.Abandon(Failure);
        };
        try
        {
            args = args is [Help, .. string[] about] ? HelpOn(command, about) : args;
            ParseResult parsed = command.Parse(args);
            int exitCode = Guarded(() => Invoke(parsed, args), parsed);
            return StandardIo.Output.HasFailed ? OutputFailed(exitCode) : exitCode;
        }
        catch (Exception e)
        {
            ErrorLog.Write(ErrorLog.Reason(e));
            return Failure;
        }
    }

    /// <summary>Runs a command. If it fails before it has written the JSON asked for, that is null: always one value.</summary>
    private static int Guarded(Func<int> invoke, ParseResult parsed)
    {
        try
        {
            return invoke();
        }
        catch (Exception e)
        {
            ErrorLog.Write(ErrorLog.Reason(e));
            if (IsJson(parsed) && !StandardIo.Output.HasWritten)
            {
                StandardIo.Output.Write("null\n");
            }

            return Failure;
        }
    }

    private static bool IsJson(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Any(option =>
            option is Option<bool> { Name: Json } json && parsed.GetValue(json)
        );

    /// <summary><c>help COMMAND</c>; an unknown command is reported as it is without <c>help</c>.</summary>
    private static string[] HelpOn(RootCommand command, string[] about) =>
        about is [] || command.Subcommands.Any(known => known.Name == about[0]) ? [.. about, "--help"] : about;

    private static int Invoke(ParseResult result, string[] args)
    {
        string? misplaced = WordBeforeCommand(result);
        if (misplaced is not null || (result.Errors.Count > 0 && result.Action is null or ParseErrorAction))
        {
            string message =
                misplaced
                ?? UnknownOption(result, args)
                ?? UnknownArgument(result)
                ?? MissingArgument(result)
                ?? result.Errors[0].Message;
            message = message.ReplaceLineEndings(" ").TrimEnd('.');
            string command =
                result.CommandResult.Command is RootCommand ? "--help" : $"help {result.CommandResult.Command.Name}";
            string see = $"see '{ErrorLog.Program} {command}'";
            ErrorLog.Write(message.EndsWith('?') ? $"{message} ({see})" : $"{message}; {see}");
            return UsageError;
        }

        return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <summary>The error for a word before the command, as in <c>100 inspect</c>, which the command would ignore; null if there is none.</summary>
    private static string? WordBeforeCommand(ParseResult result)
    {
        CommandResult root = result.RootCommandResult;
        if (result.CommandResult == root || root.Tokens is not [{ Value: var word }, ..])
        {
            return null;
        }

        string command = result.CommandResult.Command.Name;
        string[] known = [.. root.Command.Subcommands.Select(one => one.Name), Help];
        string meant = word is [>= '0' and <= '9', ..]
            ? $"; did you mean '{ErrorLog.Program} {command} {word}'?"
            : DidYouMean.Suffix(word, known);
        return $"unexpected argument '{word}' before '{command}'{meant}";
    }

    /// <summary>The first option that the command does not have, even if it was parsed as something else; null if there is none.</summary>
    private static string? UnknownOption(ParseResult result, string[] args)
    {
        List<Option> options = [];
        for (SymbolResult? at = result.CommandResult; at is not null; at = at.Parent)
        {
            options.AddRange(at is CommandResult { Command: { } command } ? command.Options : []);
        }

        HashSet<string> known = [.. options.SelectMany(option => option.Aliases.Append(option.Name))];
        string? unknown = args.TakeWhile(arg => arg != "--")
            .Where(arg => arg.StartsWith("--", StringComparison.Ordinal))
            .Select(arg => arg.Split('=')[0])
            .FirstOrDefault(arg => !known.Contains(arg));
        string[] shown = [.. options.Where(option => !option.Hidden).Select(option => option.Name)];
        return unknown is null ? null : $"unknown option '{unknown}'{DidYouMean.Suffix(unknown, shown)}";
    }

    private static string? MissingArgument(ParseResult result) =>
        result.Errors[0].SymbolResult is ArgumentResult { Tokens: [], Argument.Name: var name, Parent: CommandResult }
            ? $"missing {name}"
            : null;

    private static string? UnknownArgument(ParseResult result) =>
        result.UnmatchedTokens is [{ } unknown, ..] ? $"unexpected argument '{unknown}'" : null;

    /// <summary>A reader that has seen enough and closed the pipe, such as head(1), needs no message.</summary>
    private static int OutputFailed(int exitCode)
    {
        if (!StandardIo.Output.IsBroken)
        {
            ErrorLog.Write("cannot write to standard output: it is closed or full");
        }

        return exitCode == Success ? Failure : exitCode;
    }
}
