using System.Text;
using LamBoot.Fleet.Config;

namespace LamBoot.Fleet.Identity;

/// <summary>A part of an identity that is an SMBIOS string, in a file of its own.</summary>
/// <param name="suffix">What the file's name has behind the VMID.</param>
/// <param name="key">The string's beginning, as LamBoot looks for it.</param>
public sealed class IdentityString(string suffix, string key)
{
    /// <summary>What the file's name has behind the VMID.</summary>
    public string Suffix => suffix;

    /// <summary>The string's beginning, as LamBoot looks for it.</summary>
    public string Key => key;
}

/// <summary>The parts of an identity that are SMBIOS strings: <c>lamboot.vmid=100</c>, with no end of line and no NUL.</summary>
public static class IdentityStrings
{
    private static readonly IdentityString Vmid = new(".vmid", "lamboot.vmid");
    private static readonly IdentityString FleetId = new(".fleet", "lamboot.fleet-id");
    private static readonly IdentityString Role = new(".role", "lamboot.role");
    private static readonly IdentityString[] _all = [Vmid, FleetId, Role];

    /// <summary>All of them, in the order of the item.</summary>
    public static ReadOnlySpan<IdentityString> All => _all;

    /// <summary>Those that fleet.toml's <c>inject_</c> switches leave.</summary>
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

    /// <summary>Whether a path has the name of one: <c>100.vmid</c>.</summary>
    public static bool IsNamed(string path) =>
        (HasSuffix(path, Vmid) || HasSuffix(path, FleetId) || HasSuffix(path, Role))
        && Pve.Config.Vmid.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), out _);

    private static bool HasSuffix(string path, IdentityString part) =>
        path.EndsWith(part.Suffix, StringComparison.Ordinal);

    /// <summary>What the file holds; nothing behind the <c>=</c> where the identity has no such part.</summary>
    public static byte[] Content(IdentityString part, IdentityDocument identity)
    {
        string? value =
            part == Vmid ? identity.Vmid
            : part == FleetId ? identity.FleetId
            : identity.Role;
        return Encoding.UTF8.GetBytes($"{part.Key}={value}");
    }
}
