using System.Text.Json;
using System.Text.RegularExpressions;
using LamBoot.Faults.Tracing;

namespace LamBoot.Faults.Judging;

/// <summary>What must hold after a run whatever was done to it, judged by its exit code, output and results.</summary>
/// <param name="subject">The run.</param>
/// <param name="reference">What it does without a fault.</param>
/// <param name="fault">What was done to it.</param>
/// <param name="ran">How it ended.</param>
/// <param name="before">The tree before it.</param>
/// <param name="after">The tree after it.</param>
public sealed partial class Expectations(
    Subject subject,
    Reference reference,
    Fault fault,
    Ran ran,
    TreeState before,
    TreeState after
)
{
    private const string Log = "/var/log/lamboot/fleet.jsonl";

    private readonly bool _didAll =
        reference.DidAll(before, after) && (subject.Kind == RunKind.Change || Same(reference.Ran.Output, ran.Output));

    /// <summary>What broke.</summary>
    public IEnumerable<Broken> Broken() =>
        (
            (IEnumerable<(string, string?)>)
                [
                    ("it ended as no program of ours may", End()),
                    (
                        "it shows an exception",
                        Exceptional().IsMatch(ran.Error + ran.Output) ? ran.Error + ran.Output : null
                    ),
                    ("it did not do its work, and is silent", Silence()),
                    ("it did not do its work, and exits 0", Success()),
                    (
                        "it prints what is no JSON",
                        subject.IsJson && ran.Exited(0) && ran.Hit != "write 1" && !IsJson(ran.Output)
                            ? ran.Output
                            : null
                    ),
                    ("a file is neither old nor new", Torn()),
                    ("the log is not whole", BrokenLog()),
                ]
        )
            .Where(broken => broken.Item2 is not null)
            .Select(broken => new Broken(broken.Item1, broken.Item2!));

    private string? End()
    {
        bool isGood =
            ran.Exited(0)
            || (MayBeAClone() && ran.Exited(1))
            || (subject.Kind is RunKind.CarefulPhase or RunKind.Change or RunKind.Look && ran.Exited(1))
            || (subject.Kind == RunKind.Look && ran.End == reference.Ran.End)
            || (
                fault.IsSignal
                && subject.Program is null
                && (ran.End == $"signal {fault.Value}" || ran.Exited(128 + fault.Value))
            );
        return isGood ? null : $"{ran.End}: {ran.Error}";
    }

    /// <summary>A VM whose configuration cannot be read may be a clone.</summary>
    private bool MayBeAClone() =>
        subject.IsPreStart
        && (fault.Limit.Length > 0 || ran.Hit.EndsWith($"/{subject.Vmid}.conf", StringComparison.Ordinal));

    private string? Silence()
    {
        bool couldNotSay = ran.Hit == "write 2" || (fault.IsSignal && !ran.Exited(0) && subject.Program is null);
        bool hasFailed = !ran.Exited(0) && ran.End != reference.Ran.End;
        bool hasSaid = ran.Error.Contains('\n') || Tells(ran.Output) || (subject.IsPhase && ran.Hit == "write 1");
        return (_didAll && !hasFailed) || hasSaid || couldNotSay ? null : $"{ran.End}; {Difference()}";
    }

    /// <summary>
    /// Checks a run that claims success: a change must have been made. A look reports what it could not see, so it is wrong only if its
    /// output was lost.
    /// </summary>
    private string? Success()
    {
        bool isWrong =
            ran.Exited(0)
            && subject.Kind switch
            {
                RunKind.Change => !reference.DidAll(before, after),
                RunKind.Look => ran.Hit == "write 1" && !Same(reference.Ran.Output, ran.Output),
                _ => false,
            };
        return isWrong ? $"{Difference()}; {ran.Error}" : null;
    }

    /// <summary>Whether the output reports more than the reference's: the system's reason, or another line.</summary>
    private bool Tells(string output) =>
        (subject.Kind == RunKind.Look || subject.IsPhase)
        && (fault.IsToldBy(output) || (HasFailedALook() && !Same(reference.Ran.Output, output)));

    // What check prints and fails for is a finding of its own.
    private bool HasFailedALook() => ran.Exited(1) && reference.Ran.Exited(0) && ran.Output.Length > 0;

    private string? Torn()
    {
        foreach (
            (string path, Entry entry) in after.Entries.Where(entry => Reference.IsWork(entry.Key) && entry.Key != Log)
        )
        {
            Entry? old = before.Entries.GetValueOrDefault(path);
            Entry? made = reference.After.Entries.GetValueOrDefault(path);
            bool isKnown = (old ?? made) is not null;
            if (isKnown && !entry.IsLike(old) && !entry.IsLike(made) && !IsPoor(path, entry))
            {
                return $"{path}: {(entry.Content is { Length: < 4096 } ? after.Text(path) : $"{entry.Content?.Length} bytes")}";
            }
        }

        return
            before
                .Entries.Keys.Where(path => Reference.IsWork(path) && reference.After.Entries.ContainsKey(path))
                .FirstOrDefault(path => !after.Entries.ContainsKey(path))
                is { } lost
            ? $"{lost} is gone"
            : null;
    }

    /// <summary>Whether a document lacks fleet and role, which a start without a readable fleet.toml produces, and reports.</summary>
    private bool IsPoor(string path, Entry entry) =>
        path.StartsWith("/var/lib/lamboot/", StringComparison.Ordinal)
        && ran.Error.Length > 0
        && entry.Content is not null
        && IsJson(after.Text(path)!)
        && after.Text(path)!.Contains($"\"vmid\": \"{subject.Vmid}\"", StringComparison.Ordinal);

    private string? BrokenLog()
    {
        string old = before.Text(Log) ?? "";
        string now = after.Text(Log) ?? "";
        bool isWhole =
            now.StartsWith(old, StringComparison.Ordinal)
            && (now.Length == 0 || now.EndsWith('\n'))
            && now.Split('\n', StringSplitOptions.RemoveEmptyEntries).All(IsJson);
        return isWhole ? null : now;
    }

    private string Difference() =>
        string.Join(
            ", ",
            after
                .Entries.Keys.Union(reference.After.Entries.Keys)
                .Where(Reference.IsWork)
                .Where(path =>
                    after.Entries.GetValueOrDefault(path)?.IsLike(reference.After.Entries.GetValueOrDefault(path))
                    != true
                )
                .Append(Same(reference.Ran.Output, ran.Output) ? "" : $"printed: {ran.Output}")
        );

    private static bool Same(string one, string other) => TreeState.Canonical(one) == TreeState.Canonical(other);

    private static bool IsJson(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"Exception|Unhandled|^\s+at |internal error", RegexOptions.Multiline)]
    private static partial Regex Exceptional();
}
