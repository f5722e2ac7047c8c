using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Variables;

namespace LamBoot.Fleet.Health;

/// <summary>Derives a VM's health from its variable store.</summary>
public static class StoreHealth
{
    private const string NoVariables = "LamBoot has never run in this VM, or its store was replaced since";
    private const string HalfWritten =
        "the firmware was stopped while rewriting the store, and the intact part has no LamBoot variables; "
        + "it finishes at the VM's next start";

    /// <summary>Returns the record with what an image holds, or with the reason why that could not be read.</summary>
    /// <param name="about">The record.</param>
    /// <param name="image">The image.</param>
    public static HealthRecord With(this HealthRecord about, StoreImage image)
    {
        if (VariableStore.TryOpen(image.Bytes, image.Size, out VariableStore store, out NvramError error))
        {
            return about.With(store);
        }

        HealthRecord read = about.With(error);
        return error.Fault == NvramFault.Erased && IsBlank(image.Bytes) ? read with { Store = new() } : read;
    }

    /// <summary>
    /// Whether an image is empty flash, to which no firmware has written yet: it says that there is no LamBoot. If only its header is
    /// erased, something is wrong.
    /// </summary>
    private static bool IsBlank(ReadOnlySpan<byte> image) =>
        !image.ContainsAnyExcept((byte)0) || !image.ContainsAnyExcept((byte)0xff);

    /// <summary>Returns the record with what a store holds.</summary>
    /// <param name="about">The record.</param>
    /// <param name="store">The store.</param>
    public static HealthRecord With(this HealthRecord about, VariableStore store)
    {
        HealthRecord record = about with { Warning = store.IsReclaimPending ? "reclaim pending" : null };
        if (BootRecord.Read(store) is not { } boot)
        {
            return record with
            {
                Store = StoreEvidence.Read(store, null, null),
                Error = store.IsReclaimPending
                    ? new(HealthErrorKind.Unreadable, HalfWritten)
                    : new(HealthErrorKind.NoLamBootVariables, NoVariables),
            };
        }

        DateTimeOffset? timestamp = boot.Timestamp is { } time
            ? new DateTimeOffset(about.HasLocalTime ? LocalTime.ToUtc(time) : time, TimeSpan.Zero)
            : null;
        return record with
        {
            Store = StoreEvidence.Read(store, boot, timestamp),
            State = boot.State is null ? null : NameOf(boot.State.Value),
            StateCode = (int?)boot.State,
            CrashCount = boot.CrashCount,
            LastEntry = boot.LastEntry,
            Timestamp = timestamp is { } stamp ? UtcText.Format(stamp) : null,
            Version = boot.Version,
            Vmgenid = boot.VmGenId?.ToString(),
            Malformed = boot.Malformed.Count == 0 ? null : boot.Malformed,
        };
    }

    /// <summary>Returns the record with the reason why the store could not be read.</summary>
    public static HealthRecord With(this HealthRecord about, NvramError error)
    {
        HealthErrorKind kind = error.Fault switch
        {
            NvramFault.Erased => HealthErrorKind.Erased,
            NvramFault.Corrupt => HealthErrorKind.Corrupt,
            _ => HealthErrorKind.UnknownFormat,
        };
        return about with { Error = new(kind, $"{error}") };
    }

    private static string NameOf(BootState state) =>
        state switch
        {
            BootState.Fresh => "Fresh",
            BootState.Booting => "Booting",
            BootState.BootedOK => "BootedOK",
            BootState.CrashLoop => "CrashLoop",
            _ => "Unknown",
        };
}
