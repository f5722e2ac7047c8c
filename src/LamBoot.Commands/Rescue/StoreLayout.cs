using LamBoot.Linux;
using LamBoot.Nvram.Variables;

namespace LamBoot.Commands.Rescue;

/// <summary>Whether one store can replace another: a VM's firmware supports only one size and layout.</summary>
internal static class StoreLayout
{
    /// <summary>Rejects a store that is not one, or has another size or layout.</summary>
    /// <param name="store">The new firmware volume.</param>
    /// <param name="present">The current one.</param>
    /// <param name="path">Where the new one comes from.</param>
    /// <exception cref="HostException">It does not fit.</exception>
    public static void ThrowIfOther(byte[] store, byte[] present, string path)
    {
        // The layout of a damaged store is unknown; its size has to do.
        bool isWhole = VariableStore.TryOpen(present, present.Length, out _, out _);
        (int, int, int, bool) wanted = Of(isWhole ? present : store, path);
        (int Volume, int Offset, int Size, bool Authenticated) given = Of(store, path);
        if (given != wanted)
        {
            throw new HostException(
                $"{path} does not fit: its store is {Text(given)}, the VM's firmware has {Text(wanted)}"
            );
        }
    }

    private static (int Volume, int Offset, int Size, bool Authenticated) Of(byte[] bytes, string path) =>
        VariableStore.TryOpen(bytes, bytes.Length, out VariableStore store, out NvramError error)
            ? (store.Volume.Length, store.Volume.HeaderLength, store.Size, store.IsAuthenticated)
            : throw new HostException($"{path}: {error}");

    private static string Text((int Volume, int Offset, int Size, bool Authenticated) layout) =>
        $"{layout.Volume} bytes with {layout.Size} of {(layout.Authenticated ? "authenticated" : "plain")} variables";
}
