using System.Collections.Concurrent;

namespace LamBoot.Faults;

/// <summary>Runs subjects with faults, on twice as many nodes as there are processors: some wait.</summary>
public sealed class Harness
{
    private readonly ConcurrentBag<Finding> _findings = [];
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly Memory _memory = new();

    /// <summary>What broke.</summary>
    public IReadOnlyCollection<Finding> Findings => _findings;

    /// <summary>How many faults came to a call, by action.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Runs a subject with every fault at each of its calls.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="faults">The faults, of the calls that it makes.</param>
    public void Run(Subject subject, Func<IReadOnlyList<SystemCall>, IEnumerable<Fault>> faults)
    {
        ConcurrentQueue<Fault>? queue = null;
        Lock making = new();
        Thread[] workers =
        [
            .. Enumerable
                .Range(0, (subject.IsSlow ? 8 : 2) * Environment.ProcessorCount)
                .Select(_ => new Thread(() =>
                {
                    using Node node = new();
                    Trial trial = new(node, subject, _memory);
                    lock (making)
                    {
                        queue ??= new(faults(trial.Calls));
                    }

                    while (queue.TryDequeue(out Fault? fault))
                    {
                        Run(trial, fault);
                    }
                })),
        ];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
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
