namespace LamBoot.Monitor.Survey;

/// <summary>Why nobody is to hear of a VM, whatever its health: no alert, and no exit code. It is shown all the same.</summary>
internal enum Quiet
{
    /// <summary>They are to.</summary>
    No,

    /// <summary>It is locked: a backup, a migration and their like stop and start it, and are not done with it.</summary>
    Locked,

    /// <summary>It is a template, which never starts.</summary>
    Template,

    /// <summary>It has one of the tags that fleet.toml ignores.</summary>
    IgnoredTag,
}
