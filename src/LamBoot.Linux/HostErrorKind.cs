namespace LamBoot.Linux;

/// <summary>The kinds of failure that a caller may handle differently.</summary>
public enum HostErrorKind
{
    /// <summary>Any other: its message says everything.</summary>
    Other,

    /// <summary>What was to be opened does not exist.</summary>
    NotFound,

    /// <summary>It did not answer in time.</summary>
    Timeout,

    /// <summary>Reading or writing is not permitted: permissions, or a cluster without quorum.</summary>
    AccessDenied,

    /// <summary>The device is full.</summary>
    NoSpace,

    /// <summary>The file system is read-only.</summary>
    ReadOnly,

    /// <summary>What was to be created already exists.</summary>
    Exists,

    /// <summary>A symbolic link where none is followed, or a loop of links.</summary>
    LinkLoop,

    /// <summary>The process has ended.</summary>
    NoProcess,

    /// <summary>The device node exists, but there is no device behind it.</summary>
    NoDevice,
}
