using LamBoot.Nvram.Boot.Entries;
using LamBoot.Nvram.Variables;

namespace LamBoot.Commands.Boot;

/// <summary>What the firmware of a VM boots; printed, or serialised as it is.</summary>
internal sealed record BootReport
{
    /// <summary>BootOrder: the entries' numbers in the order in which they are tried; null where the store has none.</summary>
    public required IReadOnlyList<string>? Order { get; init; }

    /// <summary>BootNext: the entry of the next boot alone; null where none is set.</summary>
    public string? Next { get; init; }

    /// <summary>Whether the next boot goes into the firmware's menu (OsIndications).</summary>
    public required bool FirmwareMenu { get; init; }

    /// <summary>The entries: those in the order first, as they are tried, then the others by number.</summary>
    public required IReadOnlyList<BootEntryReport> Entries { get; init; }

    /// <summary>The variables that are there and not as defined.</summary>
    public required IReadOnlyList<string> Malformed { get; init; }

    /// <summary>The numbers in the order that name no entry.</summary>
    public IEnumerable<string> Missing() => (Order ?? []).Except(Entries.Select(entry => entry.Number));

    /// <summary>Reads the boot entries of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="devices">The VM's devices; null for an image alone.</param>
    /// <returns>The report; null where the image cannot be read, which the health says.</returns>
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

    /// <summary>Its place in BootOrder, from 1 on; null where it is not in it.</summary>
    public int? Place { get; init; }

    /// <summary>What it is called; the guest wrote it.</summary>
    public required string Description { get; init; }

    /// <summary>What it loads, as UEFI writes device paths; the guest wrote it.</summary>
    public required string Path { get; init; }

    /// <summary>Whether the firmware boots it by itself.</summary>
    public required bool Active { get; init; }

    /// <summary>Whether the firmware's menu leaves it out.</summary>
    public required bool Hidden { get; init; }

    /// <summary>Whether the firmware made it, and makes it again where it is removed.</summary>
    public required bool AutoCreated { get; init; }

    /// <summary>Why it leads nowhere, as far as the VM's configuration tells; null where it may lead somewhere.</summary>
    public string? Dead { get; init; }

    /// <summary>Whether its bytes are not as defined.</summary>
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
