namespace LamBoot.Pve.Storage;

/// <summary>
/// The location of an EFI disk as configured: <c>STORAGE:VOLUME</c>, or an absolute path. Parsed from the property string of
/// <c>efidisk0</c>, in which the key <c>file=</c> is optional and need not come first.
/// </summary>
/// <param name="Storage">The storage's ID; empty for an absolute path.</param>
/// <param name="Volume">The volume's name in that storage, or the path.</param>
public readonly record struct VolumeId(string Storage, string Volume)
{
    /// <summary>The drive's <c>format=</c>, which takes precedence over the volume's name; null if there is none.</summary>
    public string? Format { get; init; }

    /// <summary>The volume as written by Proxmox VE.</summary>
    public override string ToString() => Storage.Length == 0 ? Volume : $"{Storage}:{Volume}";

    /// <summary>Parses the volume in a drive's property string (qemu-server, Drive.pm, parse_drive).</summary>
    /// <returns>The volume, or null if there is none.</returns>
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
