using System.Runtime.InteropServices;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Files;

/// <summary>Creates and reads folders. Missing, empty and unreadable are three different answers.</summary>
public static class HostFolder
{
    /// <summary>Creates a folder and its parents if missing, mode 0755 so that QEMU can read in it.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="HostException">It cannot be created.</exception>
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

    /// <summary>Creates a folder of our own if missing, and rejects one that others can write to.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="HostException">It cannot be created, or may contain another user's data.</exception>
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
            throw new HostException($"{path} is a symbolic link: use the directory itself");
        }

        if (!status.IsOwn || status.IsWritableByOthers)
        {
            throw new HostException(
                $"{path} is writable by users other than root: chown root {path}; chmod go-w {path}"
            );
        }
    }

    /// <summary>The names of everything in a folder except subfolders, in no particular order.</summary>
    /// <exception cref="HostException">The folder is missing or cannot be read.</exception>
    public static List<string> Names(string folder) => Read(folder, isOfFolders: false);

    /// <summary>The names of everything in a folder except subfolders, in no particular order; none if the folder is missing.</summary>
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

    /// <summary>The names of the subfolders of a folder, in no particular order.</summary>
    /// <exception cref="HostException">The folder is missing or cannot be read.</exception>
    public static List<string> FolderNames(string folder)
    {
        List<string> names = Read(folder, isOfFolders: true);
        _ = names.RemoveAll(name => !FileStatus.OfPathOrMissing($"{folder}/{name}").IsFolder);
        return names;
    }

    // Uses getdents64(2), because .NET's own enumeration also stats every file.
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
        const byte Unknown = 0; // DT_UNKNOWN: not every file system provides the type
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
