using LamBoot.Nvram.Boot.Entries;
using LamBoot.Nvram.Variables;

namespace LamBoot.Commands.Boot;

/// <summary>What a VM's firmware boots; printed, or serialized as is.</summary>
internal sealed record BootReport
{
    /// <summary>BootOrder: the entries' numbers in the order in which they are tried; null if the store has none.</summary>
    public required IReadOnlyList<string>? Order { get; init; }

    /// <summary>BootNext: the entry of the next boot only; null if not set.</summary>
    public string? Next { get; init; }

    /// <summary>Whether the next boot enters the firmware's menu (OsIndications).</summary>
    public required bool FirmwareMenu { get; init; }

    /// <summary>The entries: first those in the boot order, in that order, then the others by number.</summary>
    public required IReadOnlyList<BootEntryReport> Entries { get; init; }

    /// <summary>Variables that are present but malformed.</summary>
    public required IReadOnlyList<string> Malformed { get; init; }

    /// <summary>The numbers in the order that have no entry.</summary>
    public IEnumerable<string> Missing() => (Order ?? []).Except(Entries.Select(entry => entry.Number));

    /// <summary>Reads the boot entries of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="devices">The VM's devices; null for an image without a VM.</param>
    /// <returns>The report; null if the image cannot be read, which the health states.</returns>
    public static BootReport? Read(StoreImage image, VmDevices? devices) =>
        VariableStore.TryOpen(image.Bytes, image.Size, out VariableStore store, out _)
            ? Of(BootEntries.Read(store), devices)
            : null;

    private static BootReport Of(BootEntries boot, VmDevices? devices)
    {
        Dictionary<ushort, int> places = [];
        foreach ((int place, ushort number) in (boot.Order ?? []).Index())
        {
            places.TryAdd(number, place + 1);
        }

        return new()
        {
            Order = boot.Order?.Select(BootNumber.Text).ToList(),
            Next = boot.Next is { } next ? BootNumber.Text(next) : null,
            FirmwareMenu = boot.EntersSetup,
            Entries =
            [
                .. boot
                    .Entries.OrderBy(entry => places.GetValueOrDefault(entry.Number, int.MaxValue))
                    .Select(entry =>
                        BootEntryReport.Of(
                            entry,
                            places.TryGetValue(entry.Number, out int place) ? place : null,
                            devices
                        )
                    ),
            ],
            Malformed = boot.Malformed,
        };
    }
}

/// <summary>A boot entry, <c>Boot####</c>.</summary>
internal sealed record BootEntryReport
{
    /// <summary>The number in its name.</summary>
    public required string Number { get; init; }

    /// <summary>Its position in BootOrder, from 1; null if it is not in it.</summary>
    public int? Place { get; init; }

    /// <summary>Its description, written by the guest.</summary>
    public required string Description { get; init; }

    /// <summary>What it loads, as a UEFI device path, written by the guest.</summary>
    public required string Path { get; init; }

    /// <summary>Whether the firmware boots it on its own.</summary>
    public required bool Active { get; init; }

    /// <summary>Whether the firmware's menu hides it.</summary>
    public required bool Hidden { get; init; }

    /// <summary>Whether the firmware created it, and recreates it if it is removed.</summary>
    public required bool AutoCreated { get; init; }

    /// <summary>Why it leads nowhere, as far as the VM's configuration tells; null if it may lead somewhere.</summary>
    public string? Dead { get; init; }

    /// <summary>Whether its bytes are malformed.</summary>
    public required bool Malformed { get; init; }

    public static BootEntryReport Of(BootEntry entry, int? place, VmDevices? devices) =>
        new()
        {
            Number = BootNumber.Text(entry.Number),
            Place = place,
            Description = entry.Description,
            Path = entry.Path,
            Active = entry.IsActive,
            Hidden = entry.IsHidden,
            AutoCreated = entry.IsAutoCreated,
            Dead = devices?.WhyDead(entry.Path),
            Malformed = entry.IsMalformed,
        };
}
