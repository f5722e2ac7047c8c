using System.Globalization;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>This process, and who started it.</summary>
public static class ThisProcess
{
    private const int FirstInherited = 3;

    /// <summary>The ID of the process that started us.</summary>
    public static int Parent => ProcessCalls.GetPPid();

    /// <summary>The process that started us.</summary>
    /// <exception cref="HostException">It has ended, or cannot be determined.</exception>
    public static HostProcess FindParent() =>
        HostProcess.Find(Parent) ?? throw new HostException("the process that started the hook has ended");

    /// <summary>
    /// Sets the umask to 022, whatever was inherited, so that files and folders get the modes with which they are created.
    /// </summary>
    public static void FixUmask() => _ = FileCalls.UMask(Permissions.WritableByOthers);

    /// <summary>Sends a signal to the process that started us.</summary>
    /// <param name="signal">Its number (signal(7)).</param>
    public static void SignalParent(int signal) => _ = ProcessCalls.Kill(Parent, signal);

    /// <summary>
    /// Replaces this process with another program, as if our parent had run it: the same parent, environment and standard streams, and no
    /// time limit of ours. Returns only on failure.
    /// </summary>
    /// <param name="path">The program.</param>
    /// <param name="name">Its argument 0: the path, for a script.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Why it cannot be run.</returns>
    public static string Exec(string path, string name, params string[] arguments)
    {
        ChildProcess.KillAll();
        Deadline.End();
        string?[] argv = [name, .. arguments, null];
        ProcessCalls.RestoreSignals(); // the runtime ignores SIGPIPE, and an ignored signal would stay ignored
        _ = ProcessCalls.Execv(path, argv);
        return HostException.LastError($"cannot run {path}").Message;
    }

    /// <summary>
    /// Starts another instance of this program to outlive this process: with nothing inherited, so that nobody waits for it, with default
    /// signal handling, and in its own session. Of our environment it gets <c>PATH</c> and one variable.
    /// </summary>
    /// <param name="variable">The name of the variable.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="HostException">It cannot be run.</exception>
    public static void LeaveBehind(string variable, string[] arguments)
    {
        using ChildEnvironment environment = ChildEnvironment.Only("PATH", variable);
        using Descriptor none = Descriptor.Open("/dev/null", OpenFlags.ReadWrite | OpenFlags.CloseOnExec);
        _ = PosixSpawn.Start(Environment.ProcessPath!, arguments, [none, none, none], environment, isDetached: true);
    }

    /// <summary>Makes the kernel end this process after some time, whatever it is doing.</summary>
    public static void EndAfter(TimeSpan time) => _ = ProcessCalls.Alarm((uint)time.TotalSeconds);

    /// <summary>
    /// Closes everything that others wait for: the standard streams, pipes, sockets and some files, whatever was inherited. Not all files:
    /// closing one on hung storage may hang as well.
    /// </summary>
    /// <param name="filesIn">Part of the path of the files to close.</param>
    public static void CloseInherited(string filesIn)
    {
        const string Self = "/proc/self/fd";
        for (int standard = 0; standard < FirstInherited; standard++)
        {
            _ = FileCalls.Close(standard);
        }

        foreach (string name in NamesIfReadable(Self))
        {
            string target = FileQuery.ReadLink($"{Self}/{name}");
            bool isWaitedFor =
                target.StartsWith("pipe:", StringComparison.Ordinal)
                || target.StartsWith("socket:", StringComparison.Ordinal)
                || target.Contains(filesIn, StringComparison.Ordinal);
            if (isWaitedFor && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                _ = FileCalls.Close(number);
            }
        }
    }

    /// <summary>None if there is no descriptor left with which to read the folder: the process ends all the same.</summary>
    private static List<string> NamesIfReadable(string folder)
    {
        try
        {
            return HostFolder.Names(folder);
        }
        catch (HostException)
        {
            return [];
        }
    }

    /// <summary>
    /// Ends the process immediately, along with its children. Other threads may hang in a system call, so it waits for nothing.
    /// </summary>
    public static void Abandon(int exitCode)
    {
        ChildProcess.KillAll();
        ProcessCalls.Exit(exitCode);
    }
}
