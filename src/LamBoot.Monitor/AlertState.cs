using System.Text.Json;
using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Monitor;

/// <summary>
/// Which VMs the web hook was told are critical, kept in a file: each change is told once, whatever is restarted. A boot of the
/// host forgets it, and what is critical then is told anew.
/// </summary>
internal sealed class AlertState
{
    private const string HostPath = $"{HostRoot.RunFolder}/monitor-alerts.json";
    private const int Mode = 0x180; // 0600
    private const int MaximumSize = 16 << 20;

    private readonly string _path;
    private readonly SortedSet<int> _told;

    public AlertState(HostRoot root)
    {
        _path = root.Resolve(HostPath);
        _told = [.. Read(_path)];
    }

    /// <summary>The changes of a survey that are not told yet.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="isWhole">Whether it is of all VMs: one that it has not is gone then.</param>
    public List<Alert> Untold(SurveyResult result, bool isWhole)
    {
        List<Alert> alerts = [];
        HashSet<int> seen = [];
        foreach (HealthRecord record in result.Vms.Select(vm => vm.Record))
        {
            int vmid = record.Vmid ?? 0;
            seen.Add(vmid);
            bool isCritical = record.Status == HealthStatus.Critical;
            bool isKnown = record.Status != HealthStatus.Unknown; // what cannot be read is as bad as it was
            if (isKnown && isCritical != _told.Contains(vmid))
            {
                alerts.Add(new(record, isCritical));
            }
        }

        IEnumerable<int> gone = isWhole ? _told.Where(vmid => !seen.Contains(vmid)) : [];
        alerts.AddRange(gone.Select(vmid => new Alert(Gone(vmid, result), IsCritical: false)));
        return alerts;
    }

    /// <summary>Keeps that alerts were told.</summary>
    /// <exception cref="HostException">It cannot be kept.</exception>
    public void Told(IEnumerable<Alert> alerts)
    {
        foreach (Alert alert in alerts)
        {
            int vmid = alert.Record.Vmid ?? 0;
            _ = alert.IsCritical ? _told.Add(vmid) : _told.Remove(vmid);
        }

        HostFile.CreatePrivateFolder(Path.GetDirectoryName(_path)!);
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            writer.WriteStartArray();
            foreach (int vmid in _told)
            {
                writer.WriteNumberValue(vmid);
            }

            writer.WriteEndArray();
        }

        HostFile.Replace(_path, bytes.ToArray(), Mode);
    }

    private static HealthRecord Gone(int vmid, SurveyResult result) =>
        new()
        {
            ObservedAt = UtcText.Format(DateTimeOffset.UtcNow),
            Phase = "monitor",
            Node = result.Node,
            Vmid = vmid,
            Error = "unreadable: the VM is no longer on this node",
        };

    private static List<int> Read(string path)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(HostFile.ReadAllOrNull(path, MaximumSize) ?? "[]"u8.ToArray());
            return [.. json.RootElement.EnumerateArray().Select(vmid => vmid.GetInt32())];
        }
        catch (Exception e) when (e is HostException or JsonException or InvalidOperationException or FormatException)
        {
            return []; // told anew rather than never
        }
    }
}
