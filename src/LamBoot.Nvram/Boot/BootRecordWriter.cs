using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot;

/// <summary>Changes what the loader goes by at the next boot, as the loader itself would write it.</summary>
public static class BootRecordWriter
{
    private const VariableAttributes Attributes =
        VariableAttributes.NonVolatile | VariableAttributes.BootServiceAccess | VariableAttributes.RuntimeAccess;

    /// <summary>Sets LamBootState and LamBootCrashCount; LamBoot's other variables stay.</summary>
    /// <param name="writer">The store.</param>
    /// <param name="state">The state.</param>
    /// <param name="crashCount">The crashes in a row.</param>
    /// <exception cref="StoreFullException">The store has no room for them.</exception>
    public static void Set(VariableWriter writer, BootState state, byte crashCount)
    {
        writer.Set(BootRecord.StateName, EfiGuids.LamBoot, Attributes, [(byte)state]);
        writer.Set(BootRecord.CrashCountName, EfiGuids.LamBoot, Attributes, [crashCount]);
    }
}
