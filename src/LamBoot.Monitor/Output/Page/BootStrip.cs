using System.Globalization;
using System.Text;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;

namespace LamBoot.Monitor.Output.Page;

/// <summary>A VM's boots on the timeline, one mark each; marks that would overlap are merged into one, for the worst.</summary>
internal sealed class BootStrip
{
    private const double LeastDistance = 1.2; // in percent of the strip
    private const double LeastOfMany = 4;
    private const int MostText = 60;

    private readonly List<Mark> _marks = []; // newest first
    private readonly string _inShort;
    private readonly double _least;

    /// <summary>Creates the strip of a VM.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="timeline">The timeline.</param>
    /// <param name="now">The time of the page.</param>
    /// <param name="isOfMany">Whether the page has many strips, so that each must be short.</param>
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
                : $"{Plural.Of(boots.Count, "boot")} recorded, last {Html.Time(boots[^1].At, now)}";
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

    /// <summary>Returns the image.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="room">The number of bytes available for descriptions; every boot is drawn, and the newest ones are described.</param>
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

    /// <summary>Whether the VM's current health is not that of its newest record: an ongoing boot does not have one yet.</summary>
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
            return; // before the start of the timeline
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

    /// <summary>Marks without descriptions in as few bytes as possible: one line each, across a width of a thousand.</summary>
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

    /// <summary>The top of a mark: the worse, the higher.</summary>
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
