using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Fleet.Identity;

/// <summary>
/// Files named in a VM's args that are not identity files in <c>config_dir</c>: the administrator's, unless one holds another VM's
/// identity.
/// </summary>
internal sealed class OutsideFiles(HostRoot root, int vmid)
{
    private readonly List<string> _harmless = [];

    /// <summary>Whether one of the files checked is the VM's own document.</summary>
    public bool HasOwn { get; private set; }

    /// <summary>The files checked that do not hold another VM's identity.</summary>
    public List<string> Harmless => _harmless;

    /// <summary>Checks files up to the first that holds, or may hold, another VM's identity, and says why; null if there is none.</summary>
    public string? FindForeign(List<string> paths)
    {
        foreach (string path in paths)
        {
            if (WhyForeign(path) is { } reason)
            {
                return reason;
            }

            _harmless.Add(path);
        }

        return null;
    }

    private string? WhyForeign(string path)
    {
        try
        {
            if (IdentityStrings.IsNamed(path))
            {
                string name = Path.GetFileNameWithoutExtension(path);
                return name == $"{vmid}" ? null : $"args points to {path}, which holds the identity of VM {name}";
            }

            IdentityDocument? held = IdentityDocument.ReadIfAny(root.Resolve(path));
            bool isOwn = held is not null && IsOwn(path, held);
            HasOwn |= isOwn;
            return held is null || isOwn
                ? null
                : $"args points to {path}, which holds the identity of {(held.Vmid is { } other ? $"VM {other}" : "an unnamed VM")}";
        }
        catch (HostException e)
        {
            return $"args points to {path}, which may hold another VM's identity ({e.Message})";
        }
    }

    /// <summary>Whether a document, as it is now, is this VM's. If it has no VMID, its name decides, unless it is lent.</summary>
    private bool IsOwn(string path, IdentityDocument held) =>
        held.Vmid is { } named
            ? named == $"{vmid}"
            : Path.GetFileName(path) == $"{vmid}{LamBootPaths.DocumentSuffix}"
                && !FileQuery.Exists(root.Resolve(path) + LamBootPaths.KeptSuffix);
}
