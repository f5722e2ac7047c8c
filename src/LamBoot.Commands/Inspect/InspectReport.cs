using System.Text.Json.Serialization;
using LamBoot.Commands.Boot;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.SecureBoot;

namespace LamBoot.Commands.Inspect;

/// <summary>What <c>inspect</c> found; printed, or serialised as it is.</summary>
internal sealed record InspectReport
{
    /// <summary>The VM; null for an image alone.</summary>
    public int? Vmid { get; init; }

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Its identity document; null where there is none, or for an image alone.</summary>
    public IdentityDocument? Identity { get; init; }

    /// <summary>Why the identity document cannot be read.</summary>
    public string? IdentityError { get; init; }

    /// <summary>Which document the guest is given; null for an image alone.</summary>
    public ExposureReport? Exposure { get; init; }

    /// <summary>The image; null where it could not be read.</summary>
    public StoreReport? FirmwareVolume { get; init; }

    /// <summary>Secure Boot's keys; null where the store could not be read, or has no authenticated variables.</summary>
    public SecureBootReport? SecureBoot { get; init; }

    /// <summary>What the firmware boots; null where the store could not be read.</summary>
    public BootReport? Boot { get; init; }

    /// <summary>Why there is nothing to show; null where there is. The health says it too.</summary>
    [JsonIgnore]
    public string? Failure { get; init; }

    /// <summary>The live variables; absent without <c>--all</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<VariableReport>? Variables { get; init; }

    /// <summary>Every entry of the list, whatever its state; absent without <c>--raw</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<VariableReport>? Entries { get; init; }

    /// <summary>What led to the newest crash that the store holds: for a person.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> LastWords { get; init; } = [];

    /// <summary>The boot health.</summary>
    public required HealthRecord Health { get; init; }
}
