namespace LamBoot.Pve;

/// <summary>Finds where the bytes of a VM's EFI disk are.</summary>
public static class EfiDisk
{
    /// <summary>The file or device of a volume, in the host's tree.</summary>
    /// <param name="root">The host.</param>
    /// <param name="volume">The volume of <c>efidisk0</c>.</param>
    /// <exception cref="HostException">The volume cannot be found; the message says which storage and why.</exception>
    public static string Locate(HostRoot root, VolumeId volume)
    {
        if (volume.Storage.Length == 0)
        {
            return root.Resolve(volume.Volume);
        }

        Storage storage =
            StorageConfig.Read(root).Find(volume.Storage)
            ?? throw new HostException($"storage '{volume.Storage}' is not in /etc/pve/storage.cfg");
        return storage.Type switch
        {
            "dir" => root.Resolve(PathInFolder(storage, volume)),
            _ => PveSm.Path(root, volume),
        };
    }

    /// <summary>
    /// <c>VMID/NAME</c>, or <c>BASE/NAME/VMID/NAME</c> for a linked clone: the last two parts are the image (pve-storage,
    /// Plugin.pm, parse_volname and filesystem_path).
    /// </summary>
    private static string PathInFolder(Storage storage, VolumeId volume)
    {
        string path = storage.Get("path") ?? throw new HostException($"storage '{storage.Id}' has no path");
        string[] parts = volume.Volume.Split('/');
        bool plain = parts.All(part => part.Length > 0 && part is not ("." or ".."));
        if (!plain || parts.Length is not (2 or 4))
        {
            throw new HostException($"storage '{storage.Id}': '{volume.Volume}' is no volume of a directory");
        }

        return $"{path.TrimEnd('/')}/{ImagesFolder(storage)}/{parts[^2]}/{parts[^1]}";
    }

    /// <summary><c>content-dirs images=some/dir,iso=…</c> moves the folder of the images.</summary>
    private static string ImagesFolder(Storage storage)
    {
        foreach (string entry in (storage.Get("content-dirs") ?? "").Split(','))
        {
            if (entry.Trim().StartsWith("images=", StringComparison.Ordinal))
            {
                return entry.Trim()["images=".Length..].Trim('/');
            }
        }

        return "images";
    }
}
