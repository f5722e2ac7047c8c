using System.Buffers.Binary;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot;

/// <summary>
/// How often the firmware has booted, resets too: the high half of the monotonic counter, which it adds 1 to at every boot
/// (MdeModulePkg/Universal/MonotonicCounterRuntimeDxe, <c>MTC</c>, 4 bytes). Any guest has it; clones copy it.
/// </summary>
public static class BootCounter
{
    private const string Name = "MTC";

    /// <summary>Reads the counter.</summary>
    /// <param name="store">The store.</param>
    /// <returns>The count; null where the store has none, or one of another size.</returns>
    public static uint? Read(VariableStore store) =>
        store.TryFind(Name, EfiGuids.MtcVendor, out VariableEntry counter) && counter.Data.Length == sizeof(uint)
            ? BinaryPrimitives.ReadUInt32LittleEndian(counter.Data)
            : null;
}
