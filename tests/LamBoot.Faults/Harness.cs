using System.Collections.Concurrent;
using LamBoot.Faults.Judging;
using LamBoot.Faults.Tracing;

namespace LamBoot.Faults;

/// <summary>Runs subjects with faults, on several nodes at once.</summary>
public sealed class Harness
{
    private readonly ConcurrentBag<Finding> _findings = [];
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly Memory _memory = new();

    /// <summary>What broke.</summary>
    public IReadOnlyCollection<Finding> Findings => _findings;

    /// <summary>The number of faults that reached a call, by action.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Runs a subject with faults, on several nodes at once: most of the time is spent waiting.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="faults">The faults, given the calls that it makes.</param>
    public void Run(Subject subject, Func<IReadOnlyList<SystemCall>, IEnumerable<Fault>> faults)
    {
        ConcurrentQueue<Fault> queue;
        using (Node first = new())
        {
            queue = new(faults(new Trial(first, subject, _memory).Calls));
        }

        ConcurrentQueue<Exception> troubles = [];
        int count = Math.Min(queue.Count, (subject.Waits ? 8 : 2) * Environment.ProcessorCount);
        Thread[] workers =
        [
            .. Enumerable.Range(0, count).Select(_ => new Thread(() => Work(subject, queue, troubles))),
        ];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        if (!troubles.IsEmpty)
        {
            throw new AggregateException(troubles);
        }
    }

    private void Work(Subject subject, ConcurrentQueue<Fault> faults, ConcurrentQueue<Exception> troubles)
    {
        try
        {
            using Node node = new();
            Trial trial = new(node, subject, _memory);
            while (faults.TryDequeue(out Fault? fault))
            {
                Run(trial, fault);
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            troubles.Enqueue(e); // the harness's own failure: no result counts
        }
    }

    private void Run(Trial trial, Fault fault)
    {
        IReadOnlyList<Finding> findings = trial.Run(fault, out bool isHit);
        foreach (Finding finding in findings)
        {
            _findings.Add(finding);
        }

        if (isHit)
        {
            _counts.AddOrUpdate(
                fault.Limit.Length > 0 ? "limit"
                    : fault.IsSignal ? fault.Name
                    : fault.Action,
                1,
                (_, count) => count + 1
            );
        }
    }
}
