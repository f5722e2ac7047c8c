using LamBoot.Commands.Rescue;
using LamBoot.Linux;
using LamBoot.Nvram.Boot.Entries;
using LamBoot.Nvram.Variables;

namespace LamBoot.Commands.Boot;

/// <summary>The changes that <c>boot</c> makes to a store: pure functions of the store.</summary>
internal static class BootPlan
{
    /// <summary>Makes only the next boot use an entry; null for none in particular.</summary>
    /// <exception cref="HostException">There is no such entry.</exception>
    public static StoreChange Next(VariableWriter writer, ushort? number)
    {
        BootEntries boot = BootEntries.Read(writer.Store);
        string before = boot.Next is { } next ? Text(boot, next) : "none";
        if (number == boot.Next && !boot.Malformed.Any(text => text.StartsWith("BootNext", StringComparison.Ordinal)))
        {
            return new();
        }

        if (number is not { } wanted)
        {
            BootEntriesWriter.ClearNext(writer);
            return new($"BootNext: {before} -> none");
        }

        ThrowIfMissing(boot, wanted);
        BootEntriesWriter.SetNext(writer, wanted);
        return new($"BootNext: {before} -> {Text(boot, wanted)}");
    }

    /// <summary>Makes the next boot enter the firmware's menu.</summary>
    public static StoreChange Setup(VariableWriter writer)
    {
        if (BootEntries.Read(writer.Store).EntersSetup)
        {
            return new();
        }

        BootEntriesWriter.SetEntersSetup(writer, true);
        return new("OsIndications: next boot -> firmware menu");
    }

    /// <summary>Sets the order in which entries are tried; entries not in it are not tried.</summary>
    /// <exception cref="HostException">There is no such entry, or one is named twice.</exception>
    public static StoreChange Order(VariableWriter writer, IReadOnlyList<ushort> order)
    {
        BootEntries boot = BootEntries.Read(writer.Store);
        foreach (ushort number in order)
        {
            ThrowIfMissing(boot, number);
        }

        if (!boot.IsOrderMalformed && boot.Order is { } present && order.SequenceEqual(present))
        {
            return new();
        }

        BootEntriesWriter.SetOrder(writer, order);
        return new($"BootOrder: {List(boot.Order)} -> {List(order)}")
        {
            Notes =
            [
                "the firmware still tries devices in the VM's own boot order (qm config: boot) first, in that order",
            ],
        };
    }

    /// <summary>Removes an entry, and its number from the order.</summary>
    /// <exception cref="HostException">There is no such entry.</exception>
    public static StoreChange Remove(VariableWriter writer, ushort number)
    {
        BootEntries boot = BootEntries.Read(writer.Store);
        BootEntry entry = ThrowIfMissing(boot, number);
        BootEntriesWriter.Remove(writer, number);
        BootEntries after = BootEntries.Read(writer.Store);
        List<string> changes = [$"entry {Text(boot, number)} -> removed"];
        if (boot.Order?.Contains(number) == true)
        {
            changes.Add($"BootOrder: {List(boot.Order)} -> {List(after.Order)}");
        }

        if (after.Next != boot.Next)
        {
            changes.Add($"BootNext: {Text(boot, number)} -> none");
        }

        return new([.. changes])
        {
            Notes = entry.IsAutoCreated
                ? ["the firmware created that entry for a device, and recreates it while the VM has the device"]
                : [],
        };
    }

    private static BootEntry ThrowIfMissing(BootEntries boot, ushort number) =>
        boot.Entries.FirstOrDefault(entry => entry.Number == number)
        ?? throw new HostException(
            boot.Entries.Count == 0
                ? $"there is no boot entry {BootNumber.Text(number)}: the store has none"
                : $"there is no boot entry {BootNumber.Text(number)}; existing entries: {List([.. boot.Entries.Select(entry => entry.Number)])}"
        );

    private static string Text(BootEntries boot, ushort number) =>
        boot.Entries.FirstOrDefault(entry => entry.Number == number) is { } entry
            ? BootText.Entry(BootNumber.Text(number), entry.Description)
            : BootNumber.Text(number);

    // A guest may have created thousands.
    private static string List(IReadOnlyList<ushort>? numbers)
    {
        const int Most = 32;
        numbers ??= [];
        string more = numbers.Count > Most ? $", {numbers.Count - Most} more" : "";
        return numbers.Count == 0 ? "none" : string.Join(", ", numbers.Take(Most).Select(BootNumber.Text)) + more;
    }
}
