namespace LamBoot.Monitor.Survey;

/// <summary>Why a VM is excluded from alerts and the exit code, whatever its health. It is still shown.</summary>
internal enum Quiet
{
    /// <summary>It is not excluded.</summary>
    No,

    /// <summary>It is locked: backups, migrations and the like stop and start a VM, and this one is not finished.</summary>
    Locked,

    /// <summary>It is a template, which never starts.</summary>
    Template,

    /// <summary>It has one of the tags ignored in fleet.toml.</summary>
    IgnoredTag,
}

/// <summary>The words for <see cref="Quiet"/> in JSON.</summary>
internal static class Quiets
{
    private static readonly string?[] Words = [null, "locked", "template", "ignored-tag"];

    /// <summary>The word; null if the VM is not excluded.</summary>
    public static string? Word(this Quiet quiet) => Words[(int)quiet];

    /// <summary>Parses a word; one from a later version also excludes the VM.</summary>
    public static Quiet Parse(string? word) =>
        Array.IndexOf(Words, word) is >= 0 and int quiet ? (Quiet)quiet : Quiet.IgnoredTag;
}
