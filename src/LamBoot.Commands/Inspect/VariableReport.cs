using System.Globalization;
using System.Text.Json.Serialization;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;
using LamBoot.Nvram.Variables;

namespace LamBoot.Commands.Inspect;

/// <summary>A variable, or an entry in any state, as shown by <c>inspect --all</c> and <c>--raw</c>.</summary>
internal sealed record VariableReport
{
    /// <summary>The offset of the entry's header in the image, in bytes.</summary>
    public required int Offset { get; init; }

    /// <summary>The state byte.</summary>
    public required int State { get; init; }

    /// <summary>The meaning of the state, in edk2's terms.</summary>
    public required string StateName { get; init; }

    /// <summary>The vendor's GUID.</summary>
    public required string Vendor { get; init; }

    /// <summary>The vendor's well-known name, or null.</summary>
    public string? VendorName { get; init; }

    /// <summary>The name, written by the guest.</summary>
    public required string Name { get; init; }

    /// <summary>The attributes as a number.</summary>
    public required uint Attributes { get; init; }

    /// <summary>The signature's timestamp; null for a variable without one.</summary>
    public string? Timestamp { get; init; }

    /// <summary>The size of the value in bytes.</summary>
    public required int Size { get; init; }

    /// <summary>The value in hexadecimal.</summary>
    public required string Data { get; init; }

    /// <summary>The signatures of PK, KEK, db and dbx; absent for other variables.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SignatureReport>? Signatures { get; init; }

    /// <summary>Reads the variables of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="raw">Whether to read all entries, rather than the live variables.</param>
    /// <returns>The variables; none if the image cannot be read, which the health states.</returns>
    public static IReadOnlyList<VariableReport> ReadAll(StoreImage image, bool raw)
    {
        List<VariableReport> reports = [];
        if (!VariableStore.TryOpen(image.Bytes, image.Size, out VariableStore store, out _))
        {
            return reports;
        }

        if (raw)
        {
            foreach (VariableEntry entry in store.Entries)
            {
                reports.Add(Of(store, entry));
            }

            return reports;
        }

        foreach (VariableEntry entry in store.Variables)
        {
            reports.Add(Of(store, entry));
        }

        return reports;
    }

    private static VariableReport Of(VariableStore store, VariableEntry entry) =>
        new()
        {
            Offset = store.Offset + entry.Offset,
            State = entry.State,
            StateName = NameOfState(entry.State),
            Vendor = entry.VendorGuid.ToString(),
            VendorName = VendorNames.Find(entry.VendorGuid),
            Name = entry.Name,
            Attributes = (uint)entry.Attributes,
            Timestamp = entry.TimeStamp.IsZero ? null : entry.TimeStamp.ToString(),
            Size = entry.Data.Length,
            Data = Convert.ToHexStringLower(entry.Data),
            Signatures = HoldsSignatures(entry) ? SignatureReport.ReadAll(entry.Data) : null,
        };

    private static bool HoldsSignatures(VariableEntry entry)
    {
        foreach (string key in SecureBootKeys.Keys)
        {
            if (entry.IsNamed(key) && entry.VendorGuid == SecureBootKeys.VendorOf(key))
            {
                return true;
            }
        }

        return false;
    }

    private static string NameOfState(byte state) =>
        state switch
        {
            VariableState.HeaderIncomplete => "header incomplete",
            VariableState.HeaderValidOnly => "header valid only",
            VariableState.Added => "added",
            VariableState.InDeletedTransition => "in deleted transition",
            _ when (state & VariableState.DeletedBit) == 0 => "deleted",
            _ => string.Create(CultureInfo.InvariantCulture, $"unknown (0x{state:x2})"),
        };
}
