namespace LamBoot.Linux;

/// <summary>The kinds of failure that a caller may treat apart.</summary>
public enum HostErrorKind
{
    /// <summary>Any other: its message says all.</summary>
    Other,

    /// <summary>What was opened is not there.</summary>
    NotFound,

    /// <summary>It did not answer in time.</summary>
    Timeout,

    /// <summary>It may not be read or written: permissions, or a cluster without quorum.</summary>
    AccessDenied,

    /// <summary>The device is full.</summary>
    NoSpace,

    /// <summary>The file system is read-only.</summary>
    ReadOnly,

    /// <summary>What was to be made is there.</summary>
    Exists,

    /// <summary>A symbolic link, where none is followed, or a circle of them.</summary>
    LinkLoop,

    /// <summary>The process has ended.</summary>
    NoProcess,

    /// <summary>The device's node is there, and no device behind it.</summary>
    NoDevice,
}
