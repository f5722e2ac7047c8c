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

/// <summary>The words of <see cref="Quiet"/> in JSON.</summary>
internal static class Quiets
{
    private static readonly string?[] Words = [null, "locked", "template", "ignored-tag"];

    /// <summary>The word; null where they are to hear of it.</summary>
    public static string? Word(this Quiet quiet) => Words[(int)quiet];

    /// <summary>What a word says; of a later version's they need not hear either.</summary>
    public static Quiet Parse(string? word) =>
        Array.IndexOf(Words, word) is >= 0 and int quiet ? (Quiet)quiet : Quiet.IgnoredTag;
}
