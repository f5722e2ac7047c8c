using LamBoot.Nvram.Variables;

namespace LamBoot.Fleet.Health;

/// <summary>The firmware volume and variable store of an image, as far as they could be read.</summary>
public sealed record StoreReport
{
    /// <summary>The file or device.</summary>
    public required string Path { get; init; }

    /// <summary>The size of the image in bytes.</summary>
    public long ImageBytes { get; init; }

    /// <summary>FvLength in bytes; null if the volume is missing or incomplete.</summary>
    public int? VolumeBytes { get; init; }

    /// <summary>The size of the variable store in bytes; null if there is none.</summary>
    public int? StoreBytes { get; init; }

    /// <summary>The bytes of the store used by its variable list, including deleted variables.</summary>
    public int? UsedBytes { get; init; }

    /// <summary>The part of that taken up by deleted variables and superseded copies, in bytes.</summary>
    public int? DeletedBytes { get; init; }

    /// <summary>Whether the store holds authenticated variables.</summary>
    public bool? Authenticated { get; init; }

    /// <summary>Whether this is the store in the spare block, because the main one is damaged.</summary>
    public bool? Spare { get; init; }

    /// <summary>Returns the report on an image.</summary>
    internal static StoreReport Of(string path, StoreImage image)
    {
        if (!VariableStore.TryOpen(image.Bytes, image.Size, out VariableStore store, out _))
        {
            return new() { Path = path, ImageBytes = image.Size };
        }

        VariableEntries entries = store.Entries;
        while (entries.MoveNext()) { }
        return new()
        {
            Path = path,
            ImageBytes = image.Size,
            VolumeBytes = store.Volume.Length,
            StoreBytes = store.Size,
            UsedBytes = entries.End,
            DeletedBytes = VariableWriter.DeletedBytes(store),
            Authenticated = store.IsAuthenticated,
            Spare = store.IsSpare,
        };
    }
}
