using System.Text.Json;
using LamBoot.Fleet;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Monitor.Alerts;

/// <summary>
/// The file that records which VMs one kind of alert has reported as critical, so that each change is reported once, whatever is restarted.
/// It is lost when the host reboots, and what is critical then raises a new alert.
/// </summary>
internal sealed class AlertState(HostRoot root, string hostPath)
{
    private const int Mode = Permissions.OwnerOnly;
    private const int MaximumSize = 16 << 20;

    private readonly string _path = root.Resolve(hostPath);

    /// <summary>Reads the file. A missing or damaged one counts as empty: a duplicate alert is better than none.</summary>
    public CriticalVms Read()
    {
        try
        {
            byte[] bytes = FileReader.ReadAllOrNull(_path, MaximumSize) ?? "[]"u8.ToArray();
            using JsonDocument json = JsonDocument.Parse(bytes);
            return new([.. json.RootElement.EnumerateArray().Select(Read).DistinctBy(vm => vm.Key)]);
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
            return new([]);
        }
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="HostException">It cannot be written.</exception>
    public void Write(CriticalVms vms)
    {
        HostFolder.CreatePrivate(Path.GetDirectoryName(_path)!);
        AtomicFile.Replace(_path, FleetJson.Write(writer => Write(writer, vms)), Mode, LamBootPaths.Temporary);
    }

    private static KeyValuePair<int, string?> Read(JsonElement vm) =>
        vm.ValueKind == JsonValueKind.Number // as written by 0.1.0
            ? new(vm.GetInt32(), null)
            : new(vm.GetProperty("vmid").GetInt32(), vm.GetProperty("uuid").GetString());

    private static void Write(Utf8JsonWriter writer, CriticalVms vms)
    {
        writer.WriteStartArray();
        foreach ((int vmid, string? uuid) in vms.All)
        {
            writer.WriteStartObject();
            writer.WriteNumber("vmid", vmid);
            writer.WriteString("uuid", uuid);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
