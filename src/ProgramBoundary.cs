using System.CommandLine;
using System.CommandLine.Invocation;
using LamBoot.Linux.Processes;
using LamBoot.Linux.Terminal;

namespace LamBoot;

/// <summary>Where whatever goes wrong becomes one line and an exit code. (A source file of both programs with a command line.)</summary>
internal static class ProgramBoundary
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int UsageError = 2;

    /// <summary>
    /// Runs a command line: usage errors exit 2, other failures 1, both with one line on standard error. Whatever comes, no
    /// exception leaves it, of another thread neither: the runtime would abort.
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
            int exitCode = Invoke(command.Parse(args));
            return StandardIo.Output.HasFailed ? OutputFailed(exitCode) : exitCode;
        }
        catch (Exception e)
        {
            ErrorLog.Write(ErrorLog.Reason(e));
            return Failure;
        }
    }

    private static int Invoke(ParseResult result)
    {
        if (result.Errors.Count > 0 && result.Action is null or ParseErrorAction)
        {
            string message = result.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.');
            ErrorLog.Write($"{message}; see '{ErrorLog.Program} --help'");
            return UsageError;
        }

        return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    /// <summary>A reader that has seen enough and went away, such as head(1), needs no line.</summary>
    private static int OutputFailed(int exitCode)
    {
        if (!StandardIo.Output.IsBroken)
        {
            ErrorLog.Write("cannot write to standard output: it is closed or full");
        }

        return exitCode == Success ? Failure : exitCode;
    }
}
