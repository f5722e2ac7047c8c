using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>posix_spawn(3): starts a child in its own process group, with default signal handling and only the descriptors passed to it.</summary>
internal static unsafe class PosixSpawn
{
    private const int FirstInherited = 3;

    /// <summary>Starts a program.</summary>
    /// <param name="file">Its path, or a name to look up in <c>PATH</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="given">Its descriptors 0, 1, 2, ….</param>
    /// <param name="environment">Its environment; null for ours.</param>
    /// <param name="isDetached">Whether it is to outlive us: in its own session, in the folder <c>/</c>.</param>
    /// <returns>Its process ID.</returns>
    /// <exception cref="HostException">It cannot be run.</exception>
    public static int Start(
        string file,
        string[] arguments,
        List<Descriptor> given,
        ChildEnvironment? environment = null,
        bool isDetached = false
    )
    {
        // Inherited descriptors are not passed on to our children.
        _ = FileCalls.CloseRange(FirstInherited, uint.MaxValue, FileCalls.CloseRangeOnExec);
        byte* actions = stackalloc byte[ProcessCalls.SpawnActionsSize];
        byte* attributes = stackalloc byte[ProcessCalls.SpawnAttributesSize];
        _ = ProcessCalls.SpawnAttributesInit(attributes);
        SetSignalsAndGroup(attributes, isDetached);
        _ = ProcessCalls.SpawnActionsInit(actions);
        for (int number = 0; number < given.Count; number++)
        {
            _ = ProcessCalls.SpawnActionsAddDup2(actions, given[number].Number, number);
        }

        if (isDetached)
        {
            _ = ProcessCalls.SpawnActionsAddChangeFolder(actions, "/");
        }

        int errno = ProcessCalls.SpawnP(
            out int id,
            file,
            actions,
            attributes,
            [file, .. arguments, null],
            environment is null ? ProcessCalls.Environment : environment.Block
        );
        _ = ProcessCalls.SpawnActionsDestroy(actions);
        _ = ProcessCalls.SpawnAttributesDestroy(attributes);
        return errno == 0 ? id : throw HostException.FromErrno($"cannot run {file}", errno);
    }

    /// <summary>
    /// An ignored signal would stay ignored: the one that the runtime ignores and, for a process that outlives us, those that end it, whatever
    /// our parent ignores.
    /// </summary>
    private static ulong DefaultSignals(bool isDetached)
    {
        const ulong Ending =
            1UL << (ProcessCalls.HangUpSignal - 1)
            | 1UL << (ProcessCalls.InterruptSignal - 1)
            | 1UL << (ProcessCalls.AlarmSignal - 1)
            | 1UL << (ProcessCalls.TerminateSignal - 1);
        return 1UL << (ProcessCalls.BrokenPipeSignal - 1) | (isDetached ? Ending : 0);
    }

    private static void SetSignalsAndGroup(byte* attributes, bool isDetached)
    {
        byte* signals = stackalloc byte[ProcessCalls.SignalSetSize];
        new Span<byte>(signals, ProcessCalls.SignalSetSize).Clear();
        *(ulong*)signals = DefaultSignals(isDetached);
        _ = ProcessCalls.SpawnAttributesSetDefaultSignals(attributes, signals);
        short group = isDetached ? ProcessCalls.SpawnNewSession : ProcessCalls.SpawnNewGroup;
        _ = ProcessCalls.SpawnAttributesSetFlags(
            attributes,
            (short)(group | ProcessCalls.SpawnDefaultSignals | ProcessCalls.SpawnSignalMask)
        );
    }
}
