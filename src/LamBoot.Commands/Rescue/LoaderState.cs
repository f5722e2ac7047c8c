using System.Globalization;
using LamBoot.Commands.Selection;
using LamBoot.Fleet.Text;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Variables;

namespace LamBoot.Commands.Rescue;

/// <summary>Sets LamBoot's state in a store, which its loader acts on.</summary>
internal static class LoaderState
{
    /// <summary>The maximum crash count in LamBoot, which reaches any threshold.</summary>
    private const byte MostCrashes = 255;

    /// <summary>Sets the state as after installation, with a count of zero.</summary>
    /// <param name="writer">The store.</param>
    /// <param name="clearsCrashes">Whether to remove the guest's crash records too.</param>
    /// <param name="isNamed">Whether the user named the VM; otherwise, a state that says that all is well stays.</param>
    /// <exception cref="UnfitException">
    /// LamBoot has never run in the VM, or its state is to stay, and there is nothing else to clear.
    /// </exception>
    public static StoreChange Reset(VariableWriter writer, bool clearsCrashes, bool isNamed)
    {
        if (!clearsCrashes)
        {
            StoreChange state = Reset(writer, isNamed);
            return CrashRecords.Any(writer.Store)
                ? state with
                {
                    Notes = ["the guest's crash records stay; to clear them, use --crash"],
                }
                : state;
        }

        int cleared = CrashRecords.Delete(writer);
        BootRecord? found = BootRecord.Read(writer.Store);
        bool stays = found is null || (!isNamed && IsConfirmed(found));
        StoreChange reset = cleared > 0 && stays ? new() : Reset(writer, isNamed);
        return cleared == 0
            ? reset
            : reset with
            {
                Changes = [.. reset.Changes, $"crash records: {Plural.Of(cleared, "variable")} -> none"],
                ClearsCrashes = true,
            };
    }

    /// <summary>
    /// Sets the state as in a crash loop, whose count the loader keeps and acts on: the next boot uses the fallback entry.
    /// </summary>
    /// <exception cref="UnfitException">LamBoot has never run in the VM.</exception>
    public static StoreChange Rescue(VariableWriter writer) => Set(writer, BootState.CrashLoop, MostCrashes);

    /// <summary>
    /// Whether the loader may reset its state to Fresh at the next boot, because the VM's generation ID is not the one that it saved: after
    /// a rollback, or in a clone. Releases up to 0.9.0 save zeros, and never do so.
    /// </summary>
    /// <param name="writer">The store.</param>
    /// <param name="generation">The VM's generation ID; null if it has none.</param>
    public static bool MayStartAfresh(VariableWriter writer, Guid? generation) =>
        generation is not null && BootRecord.Read(writer.Store)?.VmGenId is { } kept && kept != generation;

    private static StoreChange Reset(VariableWriter writer, bool isNamed) =>
        !isNamed && BootRecord.Read(writer.Store) is { } found && IsConfirmed(found)
            ? throw new UnfitException("nothing to reset: its guest confirmed the last boot")
            : Set(writer, BootState.Fresh, 0);

    /// <summary>Whether the guest confirmed the firmware's last boot, and no crash is counted.</summary>
    private static bool IsConfirmed(BootRecord found) =>
        found
            is {
                State: BootState.BootedOK,
                CrashCount: null or 0,
                ConfirmedBy: not BootConfirmer.Loader,
                HasLoaderBegun: not false
            };

    private static StoreChange Set(VariableWriter writer, BootState state, byte crashCount)
    {
        BootRecord found = BootRecord.Read(writer.Store) ?? throw new UnfitException("no LamBoot state in its store");
        if (found.State == state && found.CrashCount == crashCount)
        {
            return new();
        }

        BootRecordWriter.Set(writer, state, crashCount);
        return new($"state: {Text(found.State, found.CrashCount)} -> {Text(state, crashCount)}")
        {
            State = (state, crashCount),
        };
    }

    private static string Text(BootState? state, byte? crashCount)
    {
        string word =
            state is null ? "none"
            : Enum.IsDefined(state.Value) ? $"{state}"
            : string.Create(CultureInfo.InvariantCulture, $"Unknown ({(byte)state})");
        return $"{word}, {(crashCount is { } count ? Plural.Of(count, "crash", "crashes") : "no crash count")}";
    }
}
