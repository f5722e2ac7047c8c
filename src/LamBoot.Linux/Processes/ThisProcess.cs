using System.Globalization;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>This process, and who started it.</summary>
public static class ThisProcess
{
    private const int FirstInherited = 3;

    /// <summary>The process id of who started us.</summary>
    public static int Parent => ProcessCalls.GetPPid();

    /// <summary>The process that started us.</summary>
    /// <exception cref="HostException">It has ended, or cannot be told.</exception>
    public static HostProcess FindParent() =>
        HostProcess.Find(Parent) ?? throw new HostException("the process that started the hook has ended");

    /// <summary>Sets the umask to 022, whatever was inherited: files and folders then have the modes they are made with.</summary>
    public static void FixUmask() => _ = FileCalls.UMask(Permissions.WritableByOthers);

    /// <summary>Sends who started us a signal.</summary>
    /// <param name="signal">Its number (signal(7)).</param>
    public static void SignalParent(int signal) => _ = ProcessCalls.Kill(Parent, signal);

    /// <summary>
    /// Runs another program in our place, as who started us would have run it: the same parent, environment, standard streams, and no
    /// bound of ours in time. Returns only where that fails.
    /// </summary>
    /// <param name="path">The program.</param>
    /// <param name="name">How it is called: the path, for a script.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Why it cannot be run.</returns>
    public static string Exec(string path, string name, params string[] arguments)
    {
        ChildProcess.KillAll();
        Deadline.End();
        string?[] argv = [name, .. arguments, null];
        ProcessCalls.RestoreSignals(); // the runtime ignores SIGPIPE, and what is ignored stays so
        _ = ProcessCalls.Execv(path, argv);
        return HostException.LastError($"cannot run {path}").Message;
    }

    /// <summary>
    /// Starts this program once more, to outlive this process: with nothing of what was inherited, so that nobody waits for it, and in a
    /// session of its own.
    /// </summary>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="HostException">It cannot be run.</exception>
    public static void LeaveBehind(params string[] arguments)
    {
        using Descriptor none = Descriptor.Open("/dev/null", OpenFlags.ReadWrite | OpenFlags.CloseOnExec);
        _ = PosixSpawn.Start(Environment.ProcessPath!, arguments, [none, none, none], isDetached: true);
    }

    /// <summary>The kernel ends this process, whatever it does, when some time has passed.</summary>
    public static void EndAfter(TimeSpan time) => _ = ProcessCalls.Alarm((uint)time.TotalSeconds);

    /// <summary>
    /// Closes what others wait for: the standard streams, pipes, sockets, and some files, whatever was inherited. Not all files: closing one
    /// of a storage that hangs may hang as well.
    /// </summary>
    /// <param name="filesIn">What the path of a file has in it that is to be closed.</param>
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

    /// <summary>None where there are no more descriptors to read the folder with: the process ends all the same.</summary>
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
    /// Ends the process at once, its children with it. Other threads may hang in a system call, so nothing is waited for.
    /// </summary>
    public static void Abandon(int exitCode)
    {
        ChildProcess.KillAll();
        ProcessCalls.Exit(exitCode);
    }
}
