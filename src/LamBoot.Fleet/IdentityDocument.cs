using System.Text.Json.Serialization;
using LamBoot.Pve;

namespace LamBoot.Fleet;

/// <summary>
/// What the guest learns of itself: the document that it reads at <c>opt/lamboot/config</c>. It stays below 4 KiB for any
/// sensible configuration: a guest's read of fw_cfg costs time by the byte.
/// </summary>
public sealed record IdentityDocument
{
    // Identities are public within the guest, and QEMU may run as another user.
    internal const int Mode = 0x1a4; // 0644
    private const int MaximumSize = 1 << 20;

    /// <summary>The schema of the document.</summary>
    public string SchemaVersion { get; init; } = "v1";

    /// <summary>The VMID; absent where <c>inject_vmid</c> is off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Vmid { get; init; }

    /// <summary>The node that wrote it.</summary>
    public required string Hostname { get; init; }

    /// <summary>The fleet, empty where there is none; absent where <c>inject_fleet_id</c> is off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FleetId { get; init; }

    /// <summary>The role, empty where none applies; absent where <c>inject_role</c> is off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    /// <summary>The program that wrote it, and its version.</summary>
    public required string WrittenBy { get; init; }

    /// <summary>When it was written, UTC.</summary>
    public required string WrittenAt { get; init; }

    /// <summary>The VM's Proxmox tags when it was written.</summary>
    public required IReadOnlyList<string> TagsAtSetup { get; init; }

    /// <summary>The document of a VM.</summary>
    public static IdentityDocument For(int vmid, VmConfig config, FleetConfig fleet, string node, DateTimeOffset now)
    {
        IReadOnlyList<string> tags = config.Tags;
        return new()
        {
            Vmid = fleet.InjectVmid ? $"{vmid}" : null,
            Hostname = node,
            FleetId = fleet.InjectFleetId ? fleet.FleetId : null,
            Role = fleet.InjectRole ? fleet.RoleOf(vmid, tags) : null,
            WrittenBy = $"lamboot-hook {Product.Version}",
            WrittenAt = UtcText.Format(now),
            TagsAtSetup = tags,
        };
    }

    /// <summary>Reads the document of a VM.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The document, or null where there is none.</returns>
    /// <exception cref="HostException">It is there and cannot be read, or is no identity document.</exception>
    public static IdentityDocument? Read(string path)
    {
        byte[]? bytes = HostFile.ReadAllOrNull(path, MaximumSize, followLink: false);
        try
        {
            return bytes is null ? null : FleetJson.Read(bytes, FleetJson.Default.IdentityDocument);
        }
        catch (System.Text.Json.JsonException)
        {
            throw new HostException($"{path} is no identity document; the next start of the VM writes it anew");
        }
    }

    /// <summary>Writes the document; a reader sees the old one or the new.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <exception cref="HostException">It cannot be written; the old one is as it was.</exception>
    public void Write(string path)
    {
        HostFile.CreatePrivateFolder(Path.GetDirectoryName(path)!);
        HostFile.Replace(path, FleetJson.Write(this, FleetJson.Default.IdentityDocument, indented: true), Mode);
    }
}
