using System.Runtime.InteropServices;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Files;

/// <summary>Folders: made, and read. One that is missing, one that is empty and one that cannot be read are three answers.</summary>
public static class HostFolder
{
    /// <summary>Makes a folder, and those above it, where it is missing; 0755, for QEMU to read in.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="HostException">It cannot be made.</exception>
    public static void Create(string path)
    {
        if (FileCalls.MakeFolder(path, Permissions.Folder) == 0)
        {
            return;
        }

        HostException failure = HostException.LastError($"cannot create {path}");
        if (failure.Kind == HostErrorKind.NotFound && Path.GetDirectoryName(path) is { Length: > 0 } above)
        {
            Create(above);
            Create(path);
        }
        else if (failure.Kind != HostErrorKind.Exists || FileStatus.OfTarget(path) is { IsFolder: false })
        {
            throw failure;
        }
    }

    /// <summary>Makes a folder of our own where it is missing, and refuses one that others can write.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="HostException">It cannot be made, or another user's bytes may be in it.</exception>
    public static void CreatePrivate(string path)
    {
        FileStatus status = FileStatus.OfPathOrMissing(path);
        if (status.IsMissing || status.IsRegular)
        {
            Create(path);
            status = FileStatus.OfPath(path);
        }

        if (!status.IsFolder)
        {
            throw new HostException($"{path} is no folder of its own but a link: name the folder itself");
        }

        if (!status.IsOwn || status.IsWritableByOthers)
        {
            throw new HostException(
                $"{path} can be written by others than its owner, root: chown root {path}; chmod go-w {path}"
            );
        }
    }

    /// <summary>The names of what is in a folder but folders, in no order.</summary>
    /// <exception cref="HostException">The folder is missing or cannot be read.</exception>
    public static List<string> Names(string folder) => Read(folder, isOfFolders: false);

    /// <summary>The names of what is in a folder but folders, in no order; none where there is no such folder.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static List<string> NamesOrNone(string folder)
    {
        try
        {
            return Names(folder);
        }
        catch (HostException e) when (e.IsNotFound)
        {
            return [];
        }
    }

    /// <summary>The names of the folders in a folder, in no order.</summary>
    /// <exception cref="HostException">The folder is missing or cannot be read.</exception>
    public static List<string> FolderNames(string folder)
    {
        List<string> names = Read(folder, isOfFolders: true);
        _ = names.RemoveAll(name => !FileStatus.OfPathOrMissing($"{folder}/{name}").IsFolder);
        return names;
    }

    // By getdents64(2): .NET's own enumeration looks at every file besides.
    private static unsafe List<string> Read(string folder, bool isOfFolders)
    {
        const OpenFlags Flags = OpenFlags.ReadOnly | OpenFlags.CloseOnExec | OpenFlags.NonBlocking;
        const int BufferSize = 4096;
        List<string> names = [];
        using Descriptor open = Descriptor.Open(folder, Flags | OpenFlags.Directory);
        byte* entries = stackalloc byte[BufferSize];
        nint length;
        while ((length = FileCalls.GetDEnts64(open.Number, entries, BufferSize)) != 0)
        {
            if (length < 0 && Marshal.GetLastPInvokeError() != ErrorNumber.Interrupted)
            {
                throw HostException.LastError($"cannot read {folder}");
            }

            AddNames(entries, (int)length, isOfFolders, names);
        }

        return names;
    }

    private static unsafe void AddNames(byte* entries, int length, bool isOfFolders, List<string> names)
    {
        const int LengthOffset = 16; // struct dirent64, d_reclen
        const int TypeOffset = 18; // d_type
        const int NameOffset = 19; // d_name
        const byte Unknown = 0; // DT_UNKNOWN: not every file system says
        const byte IsFolder = 4; // DT_DIR
        for (byte* entry = entries; entry < entries + length; entry += *(ushort*)(entry + LengthOffset))
        {
            byte type = entry[TypeOffset];
            string name = Marshal.PtrToStringUTF8((nint)(entry + NameOffset))!;
            if ((type == Unknown || type == IsFolder == isOfFolders) && name is not ("." or ".."))
            {
                names.Add(name);
            }
        }
    }
}
