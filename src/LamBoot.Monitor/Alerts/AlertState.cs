using System.Text.Json;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Alerts;

/// <summary>
/// Which VMs the web hook was told are critical, kept in a file: each change is told once, whatever is restarted. A boot of the
/// host forgets it, and what is critical then is told anew. A VMID may pass on to another VM: the uuid of smbios1 tells them apart,
/// where both have one.
/// </summary>
internal sealed class AlertState
{
    private const string HostPath = $"{HostRoot.RunFolder}/monitor-alerts.json";
    private const int Mode = 0x180; // 0600
    private const int MaximumSize = 16 << 20;

    private readonly string _path;
    private readonly SortedDictionary<int, string?> _told;

    public AlertState(HostRoot root)
    {
        _path = root.Resolve(HostPath);
        _told = Read(_path);
    }

    /// <summary>The changes of a survey that are not told yet.</summary>
    /// <param name="result">The survey; whatever of it is shown, all of it counts.</param>
    /// <param name="isWhole">Whether it is of all VMs: one that it has not is gone then.</param>
    public List<Alert> Untold(SurveyResult result, bool isWhole)
    {
        List<Alert> alerts = [];
        HashSet<int> seen = [];
        foreach (VmHealth vm in result.All)
        {
            int vmid = vm.Record.Vmid ?? 0;
            seen.Add(vmid);
            bool isTold = _told.TryGetValue(vmid, out string? uuid);
            if (isTold && uuid is not null && vm.Uuid is not null && uuid != vm.Uuid)
            {
                alerts.Add(Gone(vmid, uuid, result));
                isTold = false;
            }

            bool isCritical = vm.Record.Status == HealthStatus.Critical;
            bool isKnown = vm.Record.Status != HealthStatus.Unknown; // what cannot be read is as bad as it was
            if (isKnown && isCritical != isTold)
            {
                alerts.Add(new(vm.Record, isCritical, vm.Uuid));
            }
        }

        IEnumerable<KeyValuePair<int, string?>> gone = isWhole ? _told.Where(told => !seen.Contains(told.Key)) : [];
        alerts.AddRange(gone.Select(told => Gone(told.Key, told.Value, result)));
        return alerts;
    }

    /// <summary>Keeps that alerts were told.</summary>
    /// <exception cref="HostException">It cannot be kept.</exception>
    public void Told(IReadOnlyList<Alert> alerts)
    {
        if (alerts.Count == 0)
        {
            return;
        }

        foreach (Alert alert in alerts)
        {
            int vmid = alert.Record.Vmid ?? 0;
            _ = _told.Remove(vmid);
            if (alert.IsCritical)
            {
                _told.Add(vmid, alert.Uuid);
            }
        }

        HostFile.CreatePrivateFolder(Path.GetDirectoryName(_path)!);
        HostFile.Replace(_path, FleetJson.Write(Write), Mode);
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach ((int vmid, string? uuid) in _told)
        {
            writer.WriteStartObject();
            writer.WriteNumber("vmid", vmid);
            writer.WriteString("uuid", uuid);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static Alert Gone(int vmid, string? uuid, SurveyResult result)
    {
        HealthRecord record = new()
        {
            ObservedAt = UtcText.Format(DateTimeOffset.UtcNow),
            Phase = "monitor",
            Node = result.Node,
            Vmid = vmid,
            Error = "unreadable: the VM is no longer on this node",
        };
        return new(record, IsCritical: false, uuid);
    }

    private static SortedDictionary<int, string?> Read(string path)
    {
        SortedDictionary<int, string?> told = [];
        try
        {
            using JsonDocument json = JsonDocument.Parse(HostFile.ReadAllOrNull(path, MaximumSize) ?? "[]"u8.ToArray());
            foreach (JsonElement vm in json.RootElement.EnumerateArray())
            {
                bool isNumber = vm.ValueKind == JsonValueKind.Number; // as 0.1.0 wrote it
                told[isNumber ? vm.GetInt32() : vm.GetProperty("vmid").GetInt32()] = isNumber
                    ? null
                    : vm.GetProperty("uuid").GetString();
            }

            return told;
        }
        catch (Exception e)
            when (e
                    is HostException
                        or JsonException
                        or InvalidOperationException
                        or FormatException
                        or KeyNotFoundException
            )
        {
            return []; // told anew rather than never
        }
    }
}
