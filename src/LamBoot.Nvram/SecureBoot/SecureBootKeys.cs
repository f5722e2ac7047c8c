using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.SecureBoot;

/// <summary>
/// The Secure Boot variables (UEFI specification, chapter 32; SecurityPkg/Library/AuthVariableLib): who may change what (PK, KEK), what may
/// boot (db), what may not (dbx).
/// </summary>
public static class SecureBootKeys
{
    /// <summary>The platform key. With one, the firmware is in user mode; without, in setup mode.</summary>
    public const string Pk = "PK";

    /// <summary>The keys that may change db and dbx.</summary>
    public const string Kek = "KEK";

    /// <summary>What may boot.</summary>
    public const string Db = "db";

    /// <summary>What may not boot, whatever db says.</summary>
    public const string Dbx = "dbx";

    internal const string Enable = "SecureBootEnable";

    private const VariableAttributes KeyAttributes =
        VariableAttributes.NonVolatile
        | VariableAttributes.BootServiceAccess
        | VariableAttributes.RuntimeAccess
        | VariableAttributes.TimeBasedAuthenticatedWriteAccess;

    /// <summary>The four key variables.</summary>
    public static IReadOnlyList<string> Keys { get; } = [Pk, Kek, Db, Dbx];

    /// <summary>The vendor GUID of a key variable.</summary>
    public static Guid VendorOf(string key) =>
        key is Db or Dbx ? EfiGuids.ImageSecurityDatabase : EfiGuids.GlobalVariable;

    /// <summary>The signature lists of a key variable; empty if it does not exist.</summary>
    public static ReadOnlySpan<byte> ValueOf(VariableStore store, string key) =>
        store.TryFind(key, VendorOf(key), out VariableEntry entry) ? entry.Data : [];

    /// <summary>Whether there is a platform key.</summary>
    public static bool IsUserMode(VariableStore store) => !ValueOf(store, Pk).IsEmpty;

    /// <summary>
    /// Whether the next boot enforces Secure Boot, if the firmware supports it: in user mode, unless turned off in the firmware's menu
    /// (InitSecureBootVariables).
    /// </summary>
    public static bool IsEnforced(VariableStore store) =>
        IsUserMode(store)
        && !(store.TryFind(Enable, EfiGuids.SecureBootEnableDisable, out VariableEntry entry) && entry.Data is [0]);

    /// <summary>Appends signatures to a key variable.</summary>
    /// <param name="writer">The store.</param>
    /// <param name="key">The variable.</param>
    /// <param name="lists">Signature lists.</param>
    /// <param name="now">The timestamp for a new variable; an existing one keeps its own, as after a signed append with an earlier time.</param>
    /// <returns>Whether any of them were missing.</returns>
    /// <exception cref="StoreFullException">There is no room.</exception>
    /// <exception cref="InvalidDataException">The variable's value is not a signature list.</exception>
    public static bool Append(VariableWriter writer, string key, ReadOnlySpan<byte> lists, EfiTime now)
    {
        VariableStore store = writer.Store;
        bool isThere = store.TryFind(key, VendorOf(key), out VariableEntry entry);
        ReadOnlySpan<byte> value = isThere ? entry.Data : [];
        SignatureLists reader = new(value);
        while (reader.MoveNext()) { }
        if (reader.Rest > 0)
        {
            throw new InvalidDataException(
                $"{key} is not a valid signature list from byte {value.Length - reader.Rest} on"
            );
        }

        byte[] appended = SignatureListWriter.Append(value, lists);
        if (appended.AsSpan().SequenceEqual(value))
        {
            return false;
        }

        EfiTime time = isThere && !entry.TimeStamp.IsZero ? entry.TimeStamp : now;
        writer.Set(key, VendorOf(key), KeyAttributes, appended, time);
        return true;
    }

    /// <summary>Replaces a key variable.</summary>
    /// <returns>Whether the value changed.</returns>
    /// <exception cref="StoreFullException">There is no room.</exception>
    public static bool Replace(VariableWriter writer, string key, ReadOnlySpan<byte> lists, EfiTime now)
    {
        if (ValueOf(writer.Store, key).SequenceEqual(lists))
        {
            return false;
        }

        writer.Set(key, VendorOf(key), KeyAttributes, lists, now);
        return true;
    }

    /// <summary>Undoes turning Secure Boot off in the firmware's menu, for a store that gets its first keys.</summary>
    public static void SwitchOn(VariableWriter writer)
    {
        if (
            writer.Store.TryFind(Enable, EfiGuids.SecureBootEnableDisable, out VariableEntry entry) && entry.Data is [0]
        )
        {
            writer.Set(Enable, EfiGuids.SecureBootEnableDisable, entry.Attributes, [1]);
        }
    }
}
