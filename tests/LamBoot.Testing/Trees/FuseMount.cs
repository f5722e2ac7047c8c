using Xunit;

namespace LamBoot.Testing.Trees;

/// <summary>An exFAT file system mounted with FUSE, like pmxcfs; its daemon can be stopped, so that every call on it blocks.</summary>
public sealed class FuseMount : IDisposable
{
    private readonly string _path;
    private readonly string _loop;

    /// <summary>Mounts a new one. The test is skipped if nothing can be mounted.</summary>
    public FuseMount(HostTree tree, string path)
    {
        Directory.CreateDirectory(path);
        ProgramResult mounted = ProgramResult.Shell(
            "truncate -s 8M \"$1\" && mkfs.exfat \"$1\" >&2 && loop=$(losetup -f --show \"$1\") && mount.exfat-fuse \"$loop\" \"$2\" >&2 && echo \"$loop\"",
            tree.Path("/exfat.img"),
            path
        );
        Assert.SkipWhen(mounted.ExitCode != 0, "exFAT cannot be mounted here");
        (_path, _loop) = (path, mounted.Output.Trim());
    }

    /// <summary>Makes every call on it block forever, as on an NFS server that is gone.</summary>
    public void Hang()
    {
        // After remounting, the kernel has nothing of it cached. A daemon that has not stopped yet may take one more call, which then
        // nothing can end, not even the death of its caller.
        const string Script = """
            umount "$1" && mount.exfat-fuse "$2" "$1" >&2 && pkill -STOP -f "mount.exfat-fuse $2" || exit
            until [ "$(ps -o stat= -p "$(pgrep -f "^mount.exfat-fuse $2")" | cut -c 1)" = T ]; do sleep 0.01; done
            """;
        ProgramResult hung = ProgramResult.Shell(Script, _path, _loop);
        Assert.True(hung.ExitCode == 0, hung.Error);
    }

    /// <summary>Makes it answer again.</summary>
    public void Recover() => ProgramResult.Shell("pkill -CONT -f \"mount.exfat-fuse $1\"", _loop);

    public void Dispose()
    {
        Recover();
        ProgramResult.Shell("umount \"$1\"; losetup -d \"$2\"", _path, _loop);
    }
}
