using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot;

/// <summary>Changes the variables that the loader reads at the next boot, in the loader's own format.</summary>
public static class BootRecordWriter
{
    private const VariableAttributes Attributes =
        VariableAttributes.NonVolatile | VariableAttributes.BootServiceAccess | VariableAttributes.RuntimeAccess;

    /// <summary>Sets LamBootState and LamBootCrashCount; LamBoot's other variables stay unchanged.</summary>
    /// <param name="writer">The store.</param>
    /// <param name="state">The state.</param>
    /// <param name="crashCount">The number of consecutive crashes.</param>
    /// <exception cref="StoreFullException">The store has no room for them.</exception>
    public static void Set(VariableWriter writer, BootState state, byte crashCount)
    {
        writer.Set(BootRecord.StateName, EfiGuids.LamBoot, Attributes, [(byte)state]);
        writer.Set(BootRecord.CrashCountName, EfiGuids.LamBoot, Attributes, [crashCount]);
    }
}
