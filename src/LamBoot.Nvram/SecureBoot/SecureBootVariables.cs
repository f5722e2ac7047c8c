using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.SecureBoot;

/// <summary>The Secure Boot variables of a store, and shim's, found in one pass.</summary>
public readonly ref struct SecureBootVariables
{
    private const int PkKey = 0;
    private const int KekKey = 1;
    private const int DbKey = 2;
    private const int DbxKey = 3;
    private const int EnableKey = 4;
    private const int ShimKey = 5;

    private static readonly VariableKey[] Keys =
    [
        .. SecureBootKeys.Keys.Select(key => new VariableKey(key, SecureBootKeys.VendorOf(key))),
        new(SecureBootKeys.Enable, EfiGuids.SecureBootEnableDisable),
        new("MokList", EfiGuids.ShimLock),
    ];

    /// <summary>Finds the variables.</summary>
    public SecureBootVariables(VariableStore store)
    {
        Span<int> offsets = stackalloc int[Keys.Length];
        store.FindAll(Keys, offsets);
        VariableEntry dbx = Of(store, offsets[DbxKey]);
        Pk = Of(store, offsets[PkKey]).Data;
        Kek = Of(store, offsets[KekKey]).Data;
        Db = Of(store, offsets[DbKey]).Data;
        Dbx = dbx.Data;
        DbxTime = dbx.TimeStamp;
        MokList = Of(store, offsets[ShimKey]).Data;
        IsEnforced = !Pk.IsEmpty && Of(store, offsets[EnableKey]).Data is not [0];
    }

    /// <summary>The platform key; empty in setup mode.</summary>
    public ReadOnlySpan<byte> Pk { get; }

    /// <summary>The keys that may change db and dbx.</summary>
    public ReadOnlySpan<byte> Kek { get; }

    /// <summary>What may boot.</summary>
    public ReadOnlySpan<byte> Db { get; }

    /// <summary>What may not boot.</summary>
    public ReadOnlySpan<byte> Dbx { get; }

    /// <summary>The timestamp of dbx: when the first update was signed, or when the variable was created.</summary>
    public EfiTime DbxTime { get; }

    /// <summary>What shim lets boot in addition to db.</summary>
    public ReadOnlySpan<byte> MokList { get; }

    /// <summary>Whether the next boot enforces Secure Boot: <see cref="SecureBootKeys.IsEnforced"/>.</summary>
    public bool IsEnforced { get; }

    private static VariableEntry Of(VariableStore store, int offset) => offset == 0 ? default : store.EntryAt(offset);
}
