using System.Globalization;
using LamBoot.Fleet.Text;
using LamBoot.Nvram.Layout;

namespace LamBoot.Commands.Inspect;

/// <summary>Variables as text for people: a table, followed by the signatures in them.</summary>
internal static class VariableText
{
    // A guest may create a variable with a name or value as large as the store.
    private const int MaximumName = 64;
    private const int MaximumData = 16;

    private static readonly (VariableAttributes Attribute, string Name)[] AttributeNames =
    [
        (VariableAttributes.NonVolatile, "NV"),
        (VariableAttributes.BootServiceAccess, "BS"),
        (VariableAttributes.RuntimeAccess, "RT"),
        (VariableAttributes.HardwareErrorRecord, "HR"),
        (VariableAttributes.AuthenticatedWriteAccess, "AW"),
        (VariableAttributes.TimeBasedAuthenticatedWriteAccess, "AT"),
    ];

    /// <summary>The live variables.</summary>
    public static IEnumerable<string> Live(IReadOnlyList<VariableReport> variables)
    {
        TextTable table = new("VENDOR", "NAME", "ATTRIBUTES", "SIZE", "VALUE");
        foreach (VariableReport variable in variables)
        {
            table.Add(
                variable.VendorName ?? variable.Vendor,
                Name(variable),
                Attributes(variable),
                $"{variable.Size}",
                Data(variable)
            );
        }

        return [.. table.Lines(), .. variables.SelectMany(Signatures)];
    }

    /// <summary>All entries, whatever their state.</summary>
    public static IEnumerable<string> Raw(IReadOnlyList<VariableReport> entries)
    {
        TextTable table = new("OFFSET", "STATE", "VENDOR", "NAME", "ATTRIBUTES", "SIZE", "VALUE");
        foreach (VariableReport entry in entries)
        {
            table.Add(
                string.Create(CultureInfo.InvariantCulture, $"0x{entry.Offset:x}"),
                string.Create(CultureInfo.InvariantCulture, $"0x{entry.State:x2} {entry.StateName}"),
                entry.Vendor,
                Name(entry),
                Attributes(entry),
                $"{entry.Size}",
                Data(entry)
            );
        }

        return table.Lines();
    }

    private static IEnumerable<string> Signatures(VariableReport variable)
    {
        foreach (
            IGrouping<(string Type, string Owner, string? Subject), SignatureReport> group in (
                variable.Signatures ?? []
            ).GroupBy(signature => (signature.Type, signature.Owner, signature.Subject))
        )
        {
            string subject = group.Key.Subject is { } name ? $" '{SafeText.Escape(name)}'" : "";
            string count = group.Count() == 1 ? "" : $"{group.Count()} × ";
            yield return $"{Name(variable)}: {count}{group.Key.Type}{subject}, owner {group.Key.Owner}";
        }
    }

    private static string Name(VariableReport variable) =>
        SafeText.Escape(variable.Name.Length <= MaximumName ? variable.Name : variable.Name[..MaximumName] + "…");

    private static string Attributes(VariableReport variable)
    {
        VariableAttributes left = (VariableAttributes)variable.Attributes;
        List<string> names = [];
        foreach ((VariableAttributes attribute, string name) in AttributeNames)
        {
            if (left.HasFlag(attribute))
            {
                names.Add(name);
                left &= ~attribute;
            }
        }

        if (left != 0)
        {
            names.Add(string.Create(CultureInfo.InvariantCulture, $"0x{(uint)left:x}"));
        }

        return names.Count == 0 ? "-" : string.Join('+', names);
    }

    private static string Data(VariableReport variable) =>
        variable.Size <= MaximumData ? variable.Data : variable.Data[..(2 * MaximumData)] + "…";
}
