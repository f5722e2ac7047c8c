using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Terminal;

namespace LamBoot;

/// <summary>Lines on standard error. (A source file of both programs with a command line.)</summary>
internal static class ErrorLog
{
    /// <summary>The program's name as its user knows it, which each line begins with.</summary>
    public static string Program { get; set; } = "";

    /// <summary>Writes a line. The web hook's URL never comes here.</summary>
    public static void Write(string text) => StandardIo.Error.WriteLine($"{Program}: {SafeText.EscapeLine(text)}");

    /// <summary>A failure in a line. The host's speak for themselves; what else comes is a fault of ours.</summary>
    public static string Reason(Exception e) =>
        e switch
        {
            HostException or IOException => e.Message, // the latter of Console, by which help is written
            OutOfMemoryException => "out of memory",
            _ => $"internal error: {e.GetType().Name}: {e.Message}; please report it",
        };
}
