using LamBoot.Faults.Judging;
using LamBoot.Faults.Tracing;

namespace LamBoot.Faults;

/// <summary>A subject on a node, run from the same state each time.</summary>
public sealed class Trial
{
    private readonly Node _node;
    private readonly Subject _subject;
    private readonly Memory _memory;
    private readonly TreeState _base;
    private readonly Reference _reference;

    /// <summary>Prepares the node and observes what the subject does without a fault.</summary>
    public Trial(Node node, Subject subject, Memory memory)
    {
        (_node, _subject, _memory) = (node, subject, memory);
        node.Base.Restore();
        subject.Prepare(node);
        _base = TreeState.Of(node.Tree.Root);
        (Ran ran, TreeState before, TreeState after, _) = Run(Fault.List, condition: null);
        _reference = new(before, after, ran);
        Calls = ran.Calls;
        after.Restore();
        new Recovery(_node, _subject, _reference).Learn(after);
    }

    /// <summary>The calls that the subject makes without a fault.</summary>
    public IReadOnlyList<SystemCall> Calls { get; }

    /// <summary>Runs the subject with a fault.</summary>
    /// <returns>What broke.</returns>
    public IReadOnlyList<Finding> Run(Fault fault, out bool isHit)
    {
        (Ran ran, TreeState before, TreeState after, IReadOnlyList<Broken> inStart) = Run(fault, _subject.Condition);
        List<Broken> broken =
        [
            .. new Expectations(_subject, _reference, fault, ran, before, after).Broken(),
            .. inStart,
            .. _memory.Recall(KeyOf(after, ran), () => new Recovery(_node, _subject, _reference).Find(Left())),
        ];
        isHit = ran.Hit.Length > 0 || fault.Limit.Length > 0;
        string hit = TreeState.Canonical(InTree(ran.Hit));
        return [.. broken.Select(what => new Finding(_subject.Name, fault.Name, hit, what.What, InTree(what.Detail)))];
    }

    private TreeState Left() => TreeState.Of(_node.Tree.Root);

    /// <summary>What determines the aftermath: the state that the run left, and whether QEMU was started.</summary>
    private string KeyOf(TreeState after, Ran ran) =>
        $"{_subject.Name}: {ran.Exited(0) && _subject.IsPreStart} {after.Key(_ => true)}";

    private (Ran Ran, TreeState Before, TreeState After, IReadOnlyList<Broken> InStart) Run(
        Fault fault,
        Condition? condition
    )
    {
        _base.Restore();
        if (_subject.IsPhase)
        {
            _node.Supervisor.Lock(_node.Tree.LockFile(_subject.Vmid));
        }

        try
        {
            foreach (string phase in _subject.Before)
            {
                _node.Phase(_subject.Vmid, phase);
            }

            condition?.Apply(_node);
            return RunInStart(fault);
        }
        finally
        {
            if (_subject.IsPhase)
            {
                _node.Supervisor.Unlock();
            }

            condition?.Lift(_node);
        }
    }

    private (Ran Ran, TreeState Before, TreeState After, IReadOnlyList<Broken> InStart) RunInStart(Fault fault)
    {
        TreeState before = TreeState.Of(_node.Tree.Root);
        string? opened = _subject.IsPreStart ? _node.Opened(_subject.Vmid) : null;
        Ran ran = _node.Supervisor.Run(fault, _subject.Program, _subject.CommandOn(_node));
        TreeState after = TreeState.Of(_node.Tree.Root);
        if (!_subject.IsPreStart || !ran.Exited(0))
        {
            return (ran, before, after, []);
        }

        bool mayLackRole = ran.Error.Length > 0; // it has reported that
        IReadOnlyList<Broken> broken =
            opened is null ? []
            : _node.Trouble(opened, _subject.Vmid, mayLackRole) is { } trouble
                ? [new("exit 0, and QEMU does not get the VM's identity", trouble)]
            : Disturb(after, opened);
        if (!_memory.Knows(KeyOf(after, ran)))
        {
            _node.Phase(_subject.Vmid, "post-start");
        }

        return (ran, before, after, broken);
    }

    /// <summary>Lets others interfere between pre-start and QEMU: the owner's start, and phases run by hand.</summary>
    private IReadOnlyList<Broken> Disturb(TreeState state, string opened)
    {
        bool isLent =
            _subject.Vmid == Node.Clone
            && _subject.Condition is null
            && opened.Contains("900", StringComparison.Ordinal);
        return isLent
            ? _memory.Once($"disturbed {_subject.Name} {state.Key(_ => true)}", () => [.. Disturbances(state, opened)])
            : [];
    }

    private IEnumerable<Broken> Disturbances(TreeState state, string opened)
    {
        foreach (string phase in (string[])["pre-start", "post-start", "post-stop"])
        {
            _node.Second.Run(Fault.None, null, Node.PhaseOf(_subject.Vmid, phase));
            if (_node.Trouble(opened, _subject.Vmid, mayLackRole: true) is { } trouble)
            {
                yield return new($"{phase} by hand takes the document of a start away", trouble);
            }

            state.Restore();
        }

        _node.Second.Lock(_node.Tree.LockFile(Node.Owner));
        _node.Second.Run(Fault.None, null, Node.PhaseOf(Node.Owner, "pre-start"));
        _node.Second.Unlock();
        if (_node.Trouble(opened, _subject.Vmid, mayLackRole: true) is { } owners)
        {
            yield return new("the owner's start takes the document of a start away", owners);
        }

        state.Restore();
    }

    private string InTree(string text) => text.Replace(_node.Tree.Root, "", StringComparison.Ordinal);
}
