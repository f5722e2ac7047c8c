using LamBoot.Nvram.Variables;

namespace LamBoot.Fleet.Health;

/// <summary>Reads the store of a running VM again while its guest is in the middle of writing it.</summary>
public static class SettledRead
{
    private const int Milliseconds = 100; // a reclaim, or one part of a kernel's log, takes less
    private const int Most = 5; // a guest that never stops writing is read as it is

    /// <summary>Reads until the record looks finished, or its image no longer changes.</summary>
    /// <param name="read">Reads the image, and the record from it.</param>
    /// <param name="image">The image read last; null if it could not be read.</param>
    public static HealthRecord Of(Func<HealthRecord> read, Func<StoreImage?> image)
    {
        HealthRecord record = read();
        for (int left = Most; left > 0 && MayBeUnfinished(record) && image() is { } before; left--)
        {
            Thread.Sleep(Milliseconds);
            record = read();
            if (image() is not { } after || after.Bytes.AsSpan().SequenceEqual(before.Bytes))
            {
                break;
            }
        }

        return record;
    }

    /// <summary>Whether the firmware may be in a reclaim, or a kernel may be saving the part of its log that has the reason.</summary>
    private static bool MayBeUnfinished(HealthRecord record) =>
        record.Warning is not null
        || record.Error is { Kind: not HealthErrorKind.NoLamBootVariables }
        || record.Store?.Crash is { Summary.Reason: null, IsOfLastBoot: not false };
}
