using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Terminal;

namespace LamBoot;

/// <summary>Writes lines to standard error. (Compiled into both programs that parse a command line.)</summary>
internal static class ErrorLog
{
    /// <summary>The program's name as the user knows it; every line starts with it.</summary>
    public static string Program { get; set; } = "";

    /// <summary>Writes a line. The webhook URL is never part of one.</summary>
    public static void Write(string text) => StandardIo.Error.WriteLine($"{Program}: {SafeText.EscapeLine(text)}");

    /// <summary>Describes a failure in one line. Host errors explain themselves; anything else is a bug of ours.</summary>
    public static string Reason(Exception e) =>
        e switch
        {
            HostException or IOException => e.Message, // Console throws IOException while help is being printed
            OutOfMemoryException => "out of memory",
            _ => $"internal error: {e.GetType().Name}: {e.Message}; please report it",
        };
}
