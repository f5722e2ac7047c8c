using System.Text;
using LamBoot.Fleet.Config;

namespace LamBoot.Fleet.Identity;

/// <summary>A part of an identity that is an SMBIOS string, in its own file.</summary>
/// <param name="suffix">The suffix of the file name, after the VMID.</param>
/// <param name="key">The prefix of the string that LamBoot looks for.</param>
public sealed class IdentityString(string suffix, string key)
{
    /// <summary>The suffix of the file name, after the VMID.</summary>
    public string Suffix => suffix;

    /// <summary>The prefix of the string that LamBoot looks for.</summary>
    public string Key => key;
}

/// <summary>The parts of an identity that are SMBIOS strings: <c>lamboot.vmid=100</c>, without a newline or a NUL.</summary>
public static class IdentityStrings
{
    private static readonly IdentityString Vmid = new(".vmid", "lamboot.vmid");
    private static readonly IdentityString FleetId = new(".fleet", "lamboot.fleet-id");
    private static readonly IdentityString Role = new(".role", "lamboot.role");
    private static readonly IdentityString[] _all = [Vmid, FleetId, Role];

    /// <summary>All of them, in the order of the item.</summary>
    public static ReadOnlySpan<IdentityString> All => _all;

    /// <summary>Those enabled by the <c>inject_</c> keys of fleet.toml.</summary>
    public static List<IdentityString> Of(FleetConfig fleet)
    {
        List<IdentityString> parts = [];
        foreach (IdentityString part in All)
        {
            bool isInjected =
                part == Vmid ? fleet.InjectVmid
                : part == FleetId ? fleet.InjectFleetId
                : fleet.InjectRole;
            if (isInjected)
            {
                parts.Add(part);
            }
        }

        return parts;
    }

    /// <summary>Whether a path has the name of such a file: <c>100.vmid</c>.</summary>
    public static bool IsNamed(string path) =>
        (HasSuffix(path, Vmid) || HasSuffix(path, FleetId) || HasSuffix(path, Role))
        && Pve.Config.Vmid.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), out _);

    private static bool HasSuffix(string path, IdentityString part) =>
        path.EndsWith(part.Suffix, StringComparison.Ordinal);

    /// <summary>The content of the file; nothing after the <c>=</c> if the identity lacks that part.</summary>
    public static byte[] Content(IdentityString part, IdentityDocument identity)
    {
        string? value =
            part == Vmid ? identity.Vmid
            : part == FleetId ? identity.FleetId
            : identity.Role;
        return Encoding.UTF8.GetBytes($"{part.Key}={value}");
    }
}
