using LamBoot.Fleet.Text;
using LamBoot.Nvram.Boot.Crashes;

namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>A crash in one line: the <c>crash</c> of a health record.</summary>
public sealed record CrashSummary
{
    private static readonly string[] Words = ["", "", "kernel-panic", "kernel-oops", "windows-bugcheck"];

    /// <summary>The kind of crash: <c>kernel-panic</c>, <c>kernel-oops</c> or <c>windows-bugcheck</c>.</summary>
    public required CrashKind Kind { get; init; }

    /// <summary>The reason as written by the guest: escape it. Null if it was not kept.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the reason is already escaped, as in a file on the host.</summary>
    public bool IsEscaped { get; init; }

    /// <summary>The time by the guest's clock; null for Windows, which does not record it.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The number of the dump within its boot; 0 for Windows.</summary>
    public int Count { get; init; }

    /// <summary>The reason, escaped.</summary>
    public string? SafeReason => Reason is null || IsEscaped ? Reason : SafeText.Escape(Reason);

    /// <summary>The summary of a record.</summary>
    public static CrashSummary Of(CrashRecord record) =>
        new()
        {
            Kind = record.Kind,
            Reason = record.Reason,
            At = record.At is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null,
            Count = record.Count,
        };

    /// <summary>The word for a kind of crash; empty if it is not a crash.</summary>
    public static string Word(CrashKind kind) => Words[(int)kind];

    /// <summary>Parses a kind of crash; null if the word is unknown.</summary>
    public static CrashKind? Parse(string? word) =>
        string.IsNullOrEmpty(word) || Array.IndexOf(Words, word) is not (> 0 and int kind) ? null : (CrashKind)kind;

    /// <summary>One line: <c>kernel panic: VFS: Unable to mount root fs</c>, with guest-written text escaped.</summary>
    public override string ToString()
    {
        string kind = Kind switch
        {
            CrashKind.KernelOops => "kernel oops",
            CrashKind.WindowsBugCheck => "Windows bug check",
            _ => "kernel panic",
        };
        return SafeReason is { } reason ? $"{kind}: {reason}" : $"{kind} (the line with the reason was not kept)";
    }
}
