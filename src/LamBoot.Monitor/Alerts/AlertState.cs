using System.Text.Json;
using LamBoot.Fleet;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Monitor.Alerts;

/// <summary>
/// The file that keeps which VMs were told as critical by a kind of alert: of each change once, whatever is restarted. A boot of the
/// host forgets it, and what is critical then is an alert anew.
/// </summary>
internal sealed class AlertState(HostRoot root, string hostPath)
{
    private const int Mode = Permissions.OwnerOnly;
    private const int MaximumSize = 16 << 20;

    private readonly string _path = root.Resolve(hostPath);

    /// <summary>Reads it. One that is missing or damaged is none: rather an alert twice than never.</summary>
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

    /// <summary>Writes it.</summary>
    /// <exception cref="HostException">It cannot be written.</exception>
    public void Write(CriticalVms vms)
    {
        HostFolder.CreatePrivate(Path.GetDirectoryName(_path)!);
        AtomicFile.Replace(_path, FleetJson.Write(writer => Write(writer, vms)), Mode, LamBootPaths.Temporary);
    }

    private static KeyValuePair<int, string?> Read(JsonElement vm) =>
        vm.ValueKind == JsonValueKind.Number // as 0.1.0 wrote it
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
