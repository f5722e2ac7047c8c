using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>
/// What Windows leaves of a bug check (blue screen): <c>BugCheckCode</c> (4 bytes), <c>BugCheckParameter1</c> to <c>4</c> (8 bytes each).
/// The next bug check overwrites it.
/// </summary>
internal static class WindowsBugCheck
{
    private const string CodeName = "BugCheckCode";
    private static readonly Guid Vendor = new("ba57e015-65b3-4c3c-b274-659192f699e3");
    private static readonly string[] ParameterNames =
    [
        "BugCheckParameter1",
        "BugCheckParameter2",
        "BugCheckParameter3",
        "BugCheckParameter4",
    ];
    private static readonly string[] Names = [CodeName, "BugCheckProgress", .. ParameterNames];

    /// <summary>Whether an entry is part of a bug check.</summary>
    public static bool IsOfOne(VariableEntry entry)
    {
        if (entry.VendorGuid != Vendor)
        {
            return false;
        }

        foreach (string name in Names)
        {
            if (entry.IsNamed(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads the bug check.</summary>
    /// <returns>The bug check; null if there is none.</returns>
    public static CrashRecord? Read(VariableStore store)
    {
        if (!store.TryFind(CodeName, Vendor, out VariableEntry code))
        {
            return null;
        }

        bool isCode = code.Data.Length == sizeof(uint);
        uint number = isCode ? BinaryPrimitives.ReadUInt32LittleEndian(code.Data) : 0;
        string? reason = isCode ? BugCheckNames.Describe(number) : null;
        List<string> flaws = isCode ? [] : [Size(CodeName, code)];
        StringBuilder text = new StringBuilder(reason).Append(isCode ? "\n" : "");
        foreach (string name in ParameterNames)
        {
            if (!store.TryFind(name, Vendor, out VariableEntry parameter))
            {
                flaws.Add($"{name} is missing");
            }
            else if (parameter.Data.Length != sizeof(ulong))
            {
                flaws.Add(Size(name, parameter));
            }
            else
            {
                ulong value = BinaryPrimitives.ReadUInt64LittleEndian(parameter.Data);
                text.Append(CultureInfo.InvariantCulture, $"{name}: 0x{value:X16}\n");
            }
        }

        int offset = LastOffset(store);
        return new()
        {
            Kind = CrashKind.WindowsBugCheck,
            Reason = reason,
            Text = text.ToString(),
            Flaws = flaws,
            Offset = offset,
            IsOfLastBoot = BootCounter.IsBefore(store, offset),
            FirmwareBoot = BootCounter.ReadAt(store, offset),
        };
    }

    /// <summary>The offset of the last of its variables: the firmware does not rewrite one that already has the value.</summary>
    private static int LastOffset(VariableStore store)
    {
        int last = 0;
        foreach (string name in Names)
        {
            last = store.TryFind(name, Vendor, out VariableEntry entry) ? Math.Max(last, entry.Offset) : last;
        }

        return last;
    }

    private static string Size(string name, VariableEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}: {entry.Data.Length} bytes");
}
