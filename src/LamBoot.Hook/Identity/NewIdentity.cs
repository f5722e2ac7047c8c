using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Hook.Identity;

/// <summary>Makes the identity that is written at a VM's start.</summary>
internal sealed class NewIdentity(HostRoot root, int vmid, FleetToml fleet, TaskLog log)
{
    /// <summary>Makes the VM's identity; if fleet.toml is broken, the existing one is kept.</summary>
    /// <param name="config">The VM's configuration.</param>
    /// <param name="path">The path of the VM's own document.</param>
    public IdentityDocument Make(VmConfig config, string path)
    {
        FleetConfig settings = fleet.Config;
        if (fleet.Errors.Count > 0)
        {
            IdentityDocument? kept = IdentityDocument.Read(path);
            bool isOwn = kept is not null && (kept.Vmid ?? $"{vmid}") == $"{vmid}";
            LogBroken(isOwn);
            if (isOwn)
            {
                return kept!;
            }

            settings = new();
        }

        IdentityDocument identity = IdentityDocument.For(
            vmid,
            config,
            settings,
            Node.Name(root),
            DateTimeOffset.UtcNow
        );
        List<string> dropped = [];
        foreach (string tag in config.Tags)
        {
            if (!IdentityDocument.IsReadableTag(tag) && !dropped.Contains(tag))
            {
                dropped.Add(tag);
            }
        }

        if (dropped.Count > 0)
        {
            log.Note($"left out of tags_at_setup because LamBoot cannot read them: {string.Join(", ", dropped)}");
        }

        return identity;
    }

    private void LogBroken(bool isKept)
    {
        string more = fleet.Errors.Count == 1 ? "" : $" (and {fleet.Errors.Count - 1} more)";
        string done = isKept ? "keeping the current identity" : "writing an identity without fleet and role";
        log.Fail($"{fleet.Errors[0]}{more}: {done}; fix the file; takes effect at the next start");
    }
}
