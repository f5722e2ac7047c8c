using System.Runtime.InteropServices;
using LamBoot.Linux.Libc;
using Microsoft.Win32.SafeHandles;

namespace LamBoot.Linux.Files;

/// <summary>
/// An open file descriptor, close-on-exec. .NET's own way to open one takes flock(2) on it, has no O_NOFOLLOW, and blocks on a FIFO.
/// </summary>
public sealed unsafe class Descriptor : IDisposable
{
    private readonly string _path;

    /// <summary>Wraps a descriptor returned by a system call.</summary>
    /// <param name="number">The descriptor.</param>
    /// <param name="path">The name to use in error messages.</param>
    internal Descriptor(int number, string path) => (Number, _path) = (number, path);

    internal int Number { get; private set; }

    /// <summary>The status of the file.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public FileStatus Status => FileStatus.Of(this, _path);

    /// <summary>Opens a regular file or a block device, but nothing that could block, such as a FIFO.</summary>
    /// <param name="path">The file or device.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="followLink">Whether the path may be a symbolic link.</param>
    /// <exception cref="HostException">It is missing, is neither, or cannot be opened.</exception>
    public static Descriptor OpenForReading(string path, out long size, bool followLink = true) =>
        Measure(Open(path, ForReading(followLink)), path, out size);

    /// <summary>Does the same; null if the file is missing.</summary>
    /// <inheritdoc cref="OpenForReading"/>
    public static Descriptor? OpenForReadingOrNull(string path, out long size, bool followLink = true)
    {
        size = 0;
        return OpenOrNull(path, ForReading(followLink)) is { } file ? Measure(file, path, out size) : null;
    }

    private static OpenFlags ForReading(bool followLink)
    {
        const OpenFlags Flags = OpenFlags.ReadOnly | OpenFlags.CloseOnExec | OpenFlags.NonBlocking;
        return followLink ? Flags : Flags | OpenFlags.NoFollow;
    }

    private static Descriptor Measure(Descriptor file, string path, out long size)
    {
        try
        {
            FileStatus status = file.Status;
            if (!status.IsRegular && !status.IsBlockDevice)
            {
                throw new HostException($"{path} is neither a regular file nor a block device");
            }

            size = status.IsRegular ? (long)status.Size : file.End;
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a block device, whose bytes are changed in place.</summary>
    /// <exception cref="HostException">It cannot be opened.</exception>
    public static Descriptor OpenDevice(string path) => Open(path, OpenFlags.WriteOnly | OpenFlags.CloseOnExec);

    /// <summary>
    /// Opens a file shared between processes for locking, reading and writing; follows no link, and opens nothing that blocks.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="create">The permissions with which to create it if missing; null not to.</param>
    /// <returns>The file; null if it is missing and was not to be created.</returns>
    /// <exception cref="HostException">It cannot be opened.</exception>
    public static Descriptor? OpenShared(string path, int? create)
    {
        const OpenFlags Flags =
            OpenFlags.ReadWrite | OpenFlags.CloseOnExec | OpenFlags.NonBlocking | OpenFlags.NoFollow;
        return create is { } mode ? Open(path, Flags | OpenFlags.Create, mode) : OpenOrNull(path, Flags);
    }

    internal static Descriptor OpenProc(string path) => Open(path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);

    /// <summary>Calls open(2), with the path in the error message.</summary>
    internal static Descriptor Open(string path, OpenFlags flags, int mode = 0) =>
        Open(path, flags, mode, out HostException? failure) ?? throw failure!;

    /// <summary>Does the same; null if the file is missing.</summary>
    internal static Descriptor? OpenOrNull(string path, OpenFlags flags) =>
        Open(path, flags, 0, out HostException? failure) is { } file ? file
        : failure!.IsNotFound ? null
        : throw failure;

    private static Descriptor? Open(string path, OpenFlags flags, int mode, out HostException? failure)
    {
        int number;
        do
        {
            number = FileCalls.Open(path, flags.ToSystem(), mode);
        } while (number < 0 && Marshal.GetLastPInvokeError() == ErrorNumber.Interrupted);

        failure = number >= 0 ? null : HostException.LastError($"cannot open {path}");
        return number >= 0 ? new(number, path) : null;
    }

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    /// <param name="buffer">The buffer to fill.</param>
    /// <param name="offset">The offset to read from.</param>
    /// <param name="enough">The number of bytes known to be all: once they are read, the end of the file is not looked for.</param>
    /// <returns>The number of bytes read.</returns>
    /// <exception cref="HostException">They cannot be read.</exception>
    public int Read(Span<byte> buffer, long offset, int enough = int.MaxValue)
    {
        int total = 0;
        int wanted = Math.Min(buffer.Length, enough);
        fixed (byte* start = buffer)
        {
            while (total < wanted)
            {
                nint read = FileCalls.PRead(Number, start + total, buffer.Length - total, offset + total);
                if (read == 0)
                {
                    break;
                }

                if (read < 0 && Marshal.GetLastPInvokeError() != ErrorNumber.Interrupted)
                {
                    throw HostException.LastError($"cannot read {_path}");
                }

                total += (int)Math.Max(read, 0);
            }
        }

        return total;
    }

    /// <summary>Reads what a pipe holds, in one read(2); 0 if its other end is closed.</summary>
    internal int ReadSome(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint read = FileCalls.Read(Number, start, buffer.Length);
            return read >= 0 ? (int)read : throw HostException.LastError($"cannot read {_path}");
        }
    }

    /// <summary>Writes all bytes, in one write(2) unless the device is full or a signal arrives.</summary>
    /// <exception cref="HostException">They cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (int written = 0; written < bytes.Length; )
            {
                nint count = FileCalls.Write(Number, start + written, bytes.Length - written);
                if (count < 0 && Marshal.GetLastPInvokeError() != ErrorNumber.Interrupted)
                {
                    throw HostException.LastError($"cannot write {_path}");
                }

                written += (int)Math.Max(count, 0);
            }
        }
    }

    /// <summary>Writes to a pipe, in one write(2); false if it has no reader.</summary>
    internal bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return FileCalls.Write(Number, start, bytes.Length) == bytes.Length;
        }
    }

    /// <summary>Writes bytes at an offset, in one pwrite(2).</summary>
    /// <exception cref="HostException">They cannot be written.</exception>
    public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* start = bytes)
        {
            if (FileCalls.PWrite(Number, start, bytes.Length, offset) != bytes.Length)
            {
                throw HostException.LastError($"cannot write {_path}");
            }
        }
    }

    /// <summary>The end of the file, as the next byte's offset.</summary>
    internal long End => FileCalls.Seek(Number, 0, FileCalls.SeekEnd);

    /// <summary>Locks the file with flock(2) until it is closed, unless someone else holds a lock.</summary>
    /// <param name="isShared">Whether others may hold such a lock too.</param>
    /// <returns>Whether it is locked.</returns>
    /// <exception cref="HostException">The kernel has no lock left.</exception>
    public bool TryLock(bool isShared = false)
    {
        int kind = isShared ? FileCalls.LockShared : FileCalls.LockExclusive;
        while (FileCalls.FLock(Number, kind | FileCalls.LockNonBlocking) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno == ErrorNumber.WouldBlock)
            {
                return false;
            }

            if (errno != ErrorNumber.Interrupted)
            {
                throw HostException.FromErrno($"cannot lock {_path}", errno);
            }
        }

        return true;
    }

    /// <summary>Syncs what was written.</summary>
    /// <exception cref="HostException">It may not have reached the disk.</exception>
    public void Sync()
    {
        if (FileCalls.FSync(Number) != 0)
        {
            throw HostException.LastError($"cannot sync {_path}");
        }
    }

    /// <summary>Returns a stream that reads from this descriptor and closes it.</summary>
    internal FileStream ToStream()
    {
        SafeFileHandle handle = new(Number, ownsHandle: true);
        Number = -1;
        return new(handle, FileAccess.Read, bufferSize: 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Number >= 0)
        {
            _ = FileCalls.Close(Number);
            Number = -1;
        }
    }
}
