namespace LamBoot.Pve.Storage;

/// <summary>
/// Where an EFI disk is said to be: <c>STORAGE:VOLUME</c>, or an absolute path. Read from the property string of
/// <c>efidisk0</c>, in which <c>file=</c> may be named and need not come first.
/// </summary>
/// <param name="Storage">The storage's id; empty for an absolute path.</param>
/// <param name="Volume">The volume's name in that storage, or the path.</param>
public readonly record struct VolumeId(string Storage, string Volume)
{
    /// <summary>The drive's <c>format=</c>, which wins over what the volume's name says; null where it has none.</summary>
    public string? Format { get; init; }

    /// <summary>The volume as Proxmox VE writes it.</summary>
    public override string ToString() => Storage.Length == 0 ? Volume : $"{Storage}:{Volume}";

    /// <summary>Reads the volume of a drive's property string (qemu-server, Drive.pm, parse_drive).</summary>
    /// <returns>The volume, or null where it names none.</returns>
    public static VolumeId? FromDrive(string drive)
    {
        string? file = null;
        string? format = null;
        foreach (string part in drive.Split(','))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                file ??= part;
            }
            else if (part.AsSpan(0, equals) is "file" or "volume")
            {
                file = part[(equals + 1)..];
            }
            else if (part.AsSpan(0, equals) is "format")
            {
                format = part[(equals + 1)..].Trim();
            }
        }

        return Parse(file?.Trim()) is { } volume ? volume with { Format = format } : null;
    }

    private static VolumeId? Parse(string? file)
    {
        if (string.IsNullOrEmpty(file) || file == "none")
        {
            return null;
        }

        if (file[0] == '/')
        {
            return new("", file);
        }

        int colon = file.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < file.Length - 1 ? new(file[..colon], file[(colon + 1)..]) : null;
    }
}
