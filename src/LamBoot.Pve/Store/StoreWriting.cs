using LamBoot.Linux;
using LamBoot.Nvram.Variables;

namespace LamBoot.Pve.Store;

/// <summary>Changes variables in a store's bytes, with errors that an administrator understands.</summary>
public static class StoreWriting
{
    /// <summary>Changes variables.</summary>
    /// <param name="volume">The store's firmware volume, which is not modified.</param>
    /// <param name="change">Makes the changes.</param>
    /// <returns>The volume with the changes, and the result of <paramref name="change"/>.</returns>
    /// <exception cref="HostException">The store cannot be changed, or is full.</exception>
    public static (byte[] Volume, T Result) Apply<T>(byte[] volume, Func<VariableWriter, T> change)
    {
        if (!VariableWriter.TryOpen(volume, out VariableWriter? writer, out string reason))
        {
            throw new HostException($"the store cannot be changed: {reason}");
        }

        try
        {
            T result = change(writer!);
            return (writer!.Image.ToArray(), result);
        }
        catch (Exception e) when (e is StoreFullException or InvalidDataException)
        {
            throw new HostException($"the store cannot be changed: {e.Message}");
        }
    }
}
