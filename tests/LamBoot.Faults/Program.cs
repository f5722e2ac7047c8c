using System.Diagnostics;
using System.Globalization;
using LamBoot.Faults.Judging;
using LamBoot.Testing;

namespace LamBoot.Faults;

/// <summary><c>all [PART-OF-A-NAME]</c>: every subject, or some. Failures are written to out/faults.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        string part = args.Length > 1 ? args[1] : "";
        Harness harness = new();
        foreach (
            Subject subject in Subjects.All.Where(subject => subject.Name.Contains(part, StringComparison.Ordinal))
        )
        {
            Tell(harness, subject.Name, () => Plan.Whole(harness, subject));
        }

        Tell(harness, "a host in trouble", () => Plan.Conditions(harness, part));
        return Report(harness);
    }

    private static void Tell(Harness harness, string name, Action run)
    {
        int before = harness.Counts.Values.Sum();
        int broken = harness.Findings.Count;
        Stopwatch watch = Stopwatch.StartNew();
        run();
        int count = harness.Counts.Values.Sum() - before;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {count} faults in {watch.Elapsed.TotalSeconds:0.0} s, {harness.Findings.Count - broken} broke something"
            )
        );
    }

    private static int Report(Harness harness)
    {
        Directory.CreateDirectory(Repository.File("out", "faults"));
        string file = Repository.File("out", "faults", "found.txt");
        File.WriteAllLines(file, Finding.Lines(harness.Findings));
        foreach (IGrouping<string, Finding> broke in harness.Findings.GroupBy(finding => finding.Broke))
        {
            Console.WriteLine($"{broke.Count()} times: {broke.Key}, such as: {Finding.Lines([broke.First()]).First()}");
        }

        Console.WriteLine(
            string.Join(", ", harness.Counts.OrderBy(count => count.Key).Select(count => $"{count.Value} {count.Key}"))
        );
        Console.WriteLine(
            harness.Findings.Count == 0 ? "all held" : $"{harness.Findings.Count} broke something: {file}"
        );
        return harness.Findings.Count == 0 ? 0 : 1;
    }
}
