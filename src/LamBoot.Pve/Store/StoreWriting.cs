using LamBoot.Linux;
using LamBoot.Nvram.Variables;

namespace LamBoot.Pve.Store;

/// <summary>Changes of variables in a store's bytes, told to an administrator where they cannot be made.</summary>
public static class StoreWriting
{
    /// <summary>Changes variables.</summary>
    /// <param name="volume">The store's firmware volume; it stays as it is.</param>
    /// <param name="change">What is changed.</param>
    /// <returns>The volume with the changes, and what <paramref name="change"/> gave.</returns>
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
