using System.Globalization;
using System.Text;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;

namespace LamBoot.Monitor.Output.Page;

/// <summary>The boots of a VM on the time line, a mark each; those that would cover one another are one mark, of the worst.</summary>
internal sealed class BootStrip
{
    private const double LeastDistance = 1.2; // in percent of the strip
    private const double LeastOfMany = 4;
    private const int MostText = 60;

    private readonly List<Mark> _marks = []; // the newest first
    private readonly string _inShort;
    private readonly double _least;

    /// <summary>The strip of a VM.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="timeline">The time line.</param>
    /// <param name="now">The time that the page is of.</param>
    /// <param name="isOfMany">Whether the page has many, so that each has to be short.</param>
    public BootStrip(PageVm vm, Timeline timeline, DateTimeOffset now, bool isOfMany = false)
    {
        _least = isOfMany ? LeastOfMany : LeastDistance;
        List<(DateTimeOffset At, HealthRecord Boot)> boots =
        [
            .. vm
                .Boots.Select(boot => (At: UtcText.Parse(boot.ObservedAt), Boot: boot))
                .Where(each => each.At is not null)
                .Select(each => (each.At!.Value, each.Boot)),
        ];
        _inShort =
            boots.Count == 0
                ? "no boot recorded"
                : $"{Plural.Of(boots.Count, "boot")}, last {Html.Time(boots[^1].At, now)}";
        if (IsNews(vm))
        {
            Add(timeline.At(now), vm.Record, $"now {vm.Record.Status.Word()}");
        }

        boots.Reverse();
        foreach ((DateTimeOffset at, HealthRecord boot) in boots)
        {
            string what = $"{Html.Time(at, now)} {boot.Status.Word()}: {HealthText.Why(boot)}";
            Add(timeline.At(at), boot, SafeText.Shorten(what, MostText));
        }
    }

    /// <summary>The picture.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="room">How many bytes there are for what happened; every boot is drawn, the newest say what it was.</param>
    public string Write(int? vmid, int room)
    {
        StringBuilder told = new();
        List<Mark> bare = [];
        foreach (Mark mark in _marks)
        {
            string text = Text(mark);
            int size = Encoding.UTF8.GetByteCount(text);
            if (size <= room)
            {
                told.Append(text);
                room -= size;
            }
            else
            {
                bare.Add(mark);
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"<svg class=\"t\" role=\"group\" aria-label=\"Boots of VM {vmid}\">{Bare(bare)}{told}<text class=\"d\">{_inShort}</text></svg>"
        );
    }

    /// <summary>Whether the VM's health of now is not that of its newest record: of a boot that goes on there is none yet.</summary>
    private static bool IsNews(PageVm vm) =>
        vm.Record.HasBoot
        && (
            vm.Boots is not [.., { } last]
            || last.Status != vm.Record.Status
            || (vm.Record.QmpStatus is not (null or "stopped") && !last.IsSameBoot(vm.Record))
        );

    private void Add(double? at, HealthRecord boot, string what)
    {
        if (at is not { } place)
        {
            return; // before the time line begins
        }

        if (_marks.Count == 0 || _marks[^1].At - place >= _least)
        {
            _marks.Add(new(place, boot.Status, what, 1));
            return;
        }

        Mark near = _marks[^1];
        bool isWorse = Rank(boot.Status) < Rank(near.Status);
        _marks[^1] = (isWorse ? near with { Status = boot.Status, What = what } : near) with { Count = near.Count + 1 };
    }

    private static int Rank(HealthStatus status) =>
        HealthStatuses.WorstFirst.TakeWhile(worse => worse != status).Count();

    /// <summary>Marks that say nothing, in as few bytes as can be: a line each, across a field of a thousand.</summary>
    private static string Bare(List<Mark> marks)
    {
        StringBuilder paths = new();
        foreach (IGrouping<HealthStatus, Mark> status in marks.GroupBy(mark => mark.Status))
        {
            string lines = string.Concat(
                status.Select(mark => string.Create(CultureInfo.InvariantCulture, $"M{10 * mark.At:0} {Top(mark)}V23"))
            );
            paths.Append(CultureInfo.InvariantCulture, $"<path class=\"{status.Key.Word()}\" d=\"{lines}\"/>");
        }

        return paths.Length == 0
            ? ""
            : $"<svg x=\"2.5\" height=\"23\" viewBox=\"0 0 1000 23\" preserveAspectRatio=\"none\">{paths}</svg>";
    }

    /// <summary>The worse, the higher.</summary>
    private static int Top(Mark mark) =>
        mark.Status switch
        {
            HealthStatus.Critical => 0,
            HealthStatus.Warning => 7,
            HealthStatus.Healthy => 13,
            _ => 17,
        };

    private static string Text(Mark mark)
    {
        string more = mark.Count > 1 ? $" (of {mark.Count})" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<g class=\"{mark.Status.Word()}\" tabindex=\"0\"><rect x=\"{mark.At:0.#}%\"/><text>{Html.EscapeLine(mark.What)}{more}</text></g>"
        );
    }

    private sealed record Mark(double At, HealthStatus Status, string What, int Count);
}
