using System.Text.Json;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Identity;

/// <summary>
/// What the guest learns about itself: the document that it reads at <c>opt/lamboot/config</c>. It stays below 4 KiB for any sensible
/// configuration, because the time that a guest needs to read fw_cfg grows with every byte.
/// </summary>
public sealed record IdentityDocument
{
    // Identities are public inside the guest, and QEMU may run as another user.
    internal const int Mode = Permissions.AllMayRead;
    private const int MaximumSize = 1 << 20;

    /// <summary>The schema version of the document.</summary>
    public string SchemaVersion { get; init; } = "v1";

    /// <summary>The VMID; absent if <c>inject_vmid</c> is off.</summary>
    public string? Vmid { get; init; }

    /// <summary>The node that wrote it.</summary>
    public required string Hostname { get; init; }

    /// <summary>The fleet, empty if there is none; absent if <c>inject_fleet_id</c> is off.</summary>
    public string? FleetId { get; init; }

    /// <summary>The role, empty if none applies; absent if <c>inject_role</c> is off.</summary>
    public string? Role { get; init; }

    /// <summary>The name and version of the program that wrote it.</summary>
    public required string WrittenBy { get; init; }

    /// <summary>When it was written, UTC.</summary>
    public required string WrittenAt { get; init; }

    /// <summary>The VM's Proxmox tags when it was written.</summary>
    public required IReadOnlyList<string> TagsAtSetup { get; init; }

    /// <summary>Makes the document of a VM.</summary>
    public static IdentityDocument For(int vmid, VmConfig config, FleetConfig fleet, string node, DateTimeOffset now)
    {
        List<string> tags = [];
        foreach (string tag in config.Tags)
        {
            if (IdentityJson.IsReadableTag(tag))
            {
                tags.Add(tag);
            }
        }

        return new()
        {
            Vmid = fleet.InjectVmid ? $"{vmid}" : null,
            Hostname = node,
            FleetId = fleet.InjectFleetId ? fleet.FleetId : null,
            Role = fleet.InjectRole ? fleet.RoleOf(vmid, config.Tags) : null,
            WrittenBy = $"lamboot-hook {Product.Version}",
            WrittenAt = UtcText.Format(now),
            TagsAtSetup = tags,
        };
    }

    /// <summary>Whether fleet.toml would now give the VM another fleet or role.</summary>
    public bool IsOutdated(int vmid, VmConfig config, FleetConfig fleet)
    {
        IdentityDocument now = For(vmid, config, fleet, "", default);
        return (FleetId, Role) != (now.FleetId, now.Role);
    }

    /// <summary>Whether a guest can read a tag in the document; unreadable ones are left out.</summary>
    public static bool IsReadableTag(string tag) => IdentityJson.IsReadableTag(tag);

    /// <summary>Reads the document of a VM.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The document, or null if there is none.</returns>
    /// <exception cref="HostException">It exists but cannot be read, or is not an identity document.</exception>
    public static IdentityDocument? Read(string path)
    {
        byte[]? bytes = FileReader.ReadAllOrNull(path, MaximumSize, followLink: false);
        try
        {
            return bytes is null ? null : Read(new JsonFields(bytes));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new HostException($"{path} is not a valid identity file; the VM's next start rewrites it");
        }
    }

    /// <summary>Reads a file that may or may not hold an identity document.</summary>
    /// <returns>The document; null if the file is missing or holds something else.</returns>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static IdentityDocument? ReadIfAny(string path)
    {
        byte[]? bytes = FileReader.ReadIfRegular(path, MaximumSize);
        try
        {
            return bytes is null ? null : Read(new JsonFields(bytes));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// Writes the document; readers see either the old one or the new one. If only the time would change, the old one stays, time included:
    /// starting a VM whose identity is unchanged does not wait for the disk.
    /// </summary>
    /// <param name="path">The file; its folder is created if missing.</param>
    /// <param name="isSynced">False if a power failure may lose or empty the file.</param>
    /// <exception cref="HostException">It cannot be written; the old one is unchanged.</exception>
    public void Write(string path, bool isSynced = true)
    {
        HostFolder.CreatePrivate(Path.GetDirectoryName(path)!);
        byte[] json = ToJson();
        if (!IsThere(path, json))
        {
            AtomicFile.Replace(path, json, Mode, LamBootPaths.Temporary, isSynced: isSynced);
        }
    }

    private static bool IsThere(string path, byte[] json)
    {
        try
        {
            byte[]? there = FileReader.ReadAllOrNull(path, MaximumSize, followLink: false);
            return there?.Length == json.Length && FileQuery.HasMode(path, Mode) && IsSame(there, json);
        }
        catch (HostException)
        {
            return false; // replacing it reports why
        }
    }

    /// <summary>Whether two documents of equal length differ at most in <c>written_at</c>.</summary>
    private static bool IsSame(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        ReadOnlySpan<byte> key = "\n  \"written_at\": \""u8;
        int begin = one.IndexOf(key);
        int end = begin + key.Length + UtcText.Length;
        return begin >= 0
            && end <= one.Length
            && one[..(begin + key.Length)].SequenceEqual(other[..(begin + key.Length)])
            && one[end..].SequenceEqual(other[end..]);
    }

    /// <summary>Returns the document as the guest reads it.</summary>
    public byte[] ToJson() => IdentityJson.Write(this);

    /// <summary>Writes the document as an object, for a report.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteUnlessNull(writer, "vmid", Vmid);
        WriteUnlessNull(writer, "fleet_id", FleetId);
        WriteUnlessNull(writer, "role", Role);
        writer.WriteString("hostname", Hostname);
        writer.WriteString("schema_version", SchemaVersion);
        writer.WriteString("written_by", WrittenBy);
        writer.WriteString("written_at", WrittenAt);
        FleetJson.WriteStrings(writer, "tags_at_setup", TagsAtSetup);
        writer.WriteEndObject();
    }

    private static void WriteUnlessNull(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static IdentityDocument Read(JsonFields json) =>
        new()
        {
            SchemaVersion = json.Text("schema_version") ?? "v1",
            Vmid = json.Text("vmid"),
            Hostname = json.Required("hostname"),
            FleetId = json.Text("fleet_id"),
            Role = json.Text("role"),
            WrittenBy = json.Required("written_by"),
            WrittenAt = json.Required("written_at"),
            TagsAtSetup = json.Texts("tags_at_setup") ?? throw new JsonException("no 'tags_at_setup'"),
        };
}
