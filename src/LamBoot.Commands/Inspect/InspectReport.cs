using System.Text.Json.Serialization;
using LamBoot.Commands.Boot;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.SecureBoot;

namespace LamBoot.Commands.Inspect;

/// <summary>The findings of <c>inspect</c>; printed, or serialized as is.</summary>
internal sealed record InspectReport
{
    /// <summary>The VM; null for an image without a VM.</summary>
    public int? Vmid { get; init; }

    public string? Name { get; init; }

    /// <summary>Its identity document; null if there is none, or for an image without a VM.</summary>
    public IdentityDocument? Identity { get; init; }

    /// <summary>Why the identity document cannot be read.</summary>
    public string? IdentityError { get; init; }

    /// <summary>Which document the guest gets; null for an image without a VM.</summary>
    public ExposureReport? Exposure { get; init; }

    /// <summary>The image; null if it could not be read.</summary>
    public StoreReport? FirmwareVolume { get; init; }

    /// <summary>The Secure Boot keys; null if the store could not be read, or has no authenticated variables.</summary>
    public SecureBootReport? SecureBoot { get; init; }

    /// <summary>What the firmware boots; null if the store could not be read.</summary>
    public BootReport? Boot { get; init; }

    /// <summary>Why there is nothing to show; null if there is. The health states it too.</summary>
    [JsonIgnore]
    public string? Failure { get; init; }

    /// <summary>The live variables; absent without <c>--all</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<VariableReport>? Variables { get; init; }

    /// <summary>All entries of the list, whatever their state; absent without <c>--raw</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<VariableReport>? Entries { get; init; }

    /// <summary>The last lines of the newest crash in the store, for people.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> LastWords { get; init; } = [];

    /// <summary>The boot health.</summary>
    public required HealthRecord Health { get; init; }
}
