using System.Globalization;
using LamBoot.Linux.Files;

namespace LamBoot.Pve.Store;

/// <summary>What changes whenever an image does: its file's identity, size and modification times.</summary>
public readonly record struct ImageStamp
{
    // A write within the same tick of the file system's clock leaves the time unchanged.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly FileStatus _status;

    private ImageStamp(FileStatus status) => _status = status;

    /// <summary>An inactive LVM volume, to which nothing can write.</summary>
    public static ImageStamp Inactive => default;

    /// <summary>A text that is equal only for equal stamps.</summary>
    public override string ToString()
    {
        (FileTime modified, FileTime changed) = (_status.Modified, _status.Changed);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_status.DeviceMajor}:{_status.DeviceMinor} {_status.Inode} {_status.Size} {modified.Seconds}.{modified.Nanoseconds} {changed.Seconds}.{changed.Nanoseconds}"
        );
    }

    /// <summary>The stamp of a regular file; null for anything else, and for a file modified just now.</summary>
    internal static ImageStamp? OfFile(string path)
    {
        FileStatus status = FileStatus.OfTarget(path);
        DateTimeOffset modified = DateTimeOffset.UnixEpoch.AddSeconds(status.Modified.Seconds);
        return status.IsRegular && modified + Settled < DateTimeOffset.UtcNow ? new(status) : null;
    }
}
