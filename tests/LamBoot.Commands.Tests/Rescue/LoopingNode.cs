using LamBoot.Commands.Tests.SecureBoot;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Commands.Tests.Rescue;

/// <summary>
/// A node whose VM 100 is in a crash loop: its store has Microsoft's keys, boot entries with an order, and LamBoot's record.
/// </summary>
internal static class LoopingNode
{
    private const VariableAttributes Attributes =
        VariableAttributes.NonVolatile | VariableAttributes.BootServiceAccess | VariableAttributes.RuntimeAccess;

    public static StoreNode On(string kind) => new(kind, AddBoots);

    /// <summary>Four consecutive crashes after booting the entry "arch".</summary>
    public static void AddBoots(VariableWriter writer)
    {
        BootRecordWriter.Set(writer, BootState.Booting, 4);
        writer.Set("LamBootLastEntry", EfiGuids.LamBoot, Attributes, "arch"u8);
        writer.Set("LamBootTimestamp", EfiGuids.LamBoot, Attributes, [0xea, 7, 11, 26, 1, 2, 3, 0]);
        writer.Set("BootOrder", EfiGuids.GlobalVariable, Attributes, [1, 0, 0, 0, 2, 0]);
    }

    /// <summary>All variables except some.</summary>
    public static IEnumerable<string> Others(this IEnumerable<string> variables, params string[] names) =>
        variables.Where(line => !names.Contains(line.Split(' ')[0]));

    /// <summary>The value of a variable in hexadecimal; null if it does not exist.</summary>
    public static string? Value(this IEnumerable<string> variables, string name) =>
        variables.FirstOrDefault(line => line.Split(' ')[0] == name)?.Split(' ')[^1];
}
