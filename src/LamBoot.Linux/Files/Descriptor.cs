using System.Runtime.InteropServices;
using LamBoot.Linux.Libc;
using Microsoft.Win32.SafeHandles;

namespace LamBoot.Linux.Files;

/// <summary>An open file descriptor, close-on-exec.</summary>
internal sealed unsafe class Descriptor : IDisposable
{
    private readonly string _path;

    /// <summary>One that a system call gave.</summary>
    /// <param name="number">The descriptor.</param>
    /// <param name="path">The name that failures give.</param>
    public Descriptor(int number, string path) => (Number, _path) = (number, path);

    public int Number { get; private set; }

    /// <summary>open(2), with the path in its failure.</summary>
    public static Descriptor Open(string path, int flags, int mode)
    {
        int number;
        do
        {
            number = FileCalls.Open(path, flags, mode);
        } while (number < 0 && Marshal.GetLastPInvokeError() == ErrorNumber.Interrupted);

        return number >= 0 ? new(number, path) : throw HostException.LastError($"cannot open {path}");
    }

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="offset">Where from.</param>
    /// <param name="enough">How many bytes are known to be all: behind them the end is not looked for.</param>
    /// <returns>The bytes read.</returns>
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

    /// <summary>Reads what a pipe holds, in one call of read(2); 0 where its other end is closed.</summary>
    public int ReadSome(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint read = FileCalls.Read(Number, start, buffer.Length);
            return read >= 0 ? (int)read : throw HostException.LastError($"cannot read {_path}");
        }
    }

    /// <summary>Writes all bytes; one call of write(2) unless the device is full or a signal comes.</summary>
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

    /// <summary>Writes to a pipe, in one call of write(2); false where nobody reads it.</summary>
    public bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return FileCalls.Write(Number, start, bytes.Length) == bytes.Length;
        }
    }

    /// <summary>Writes bytes at an offset, in one call of pwrite(2).</summary>
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

    public void Sync()
    {
        if (FileCalls.FSync(Number) != 0)
        {
            throw HostException.LastError($"cannot sync {_path}");
        }
    }

    /// <summary>The same descriptor as a stream to read from, which closes it.</summary>
    public FileStream ToStream()
    {
        SafeFileHandle handle = new(Number, ownsHandle: true);
        Number = -1;
        return new(handle, FileAccess.Read, bufferSize: 0);
    }

    public void Dispose()
    {
        if (Number >= 0)
        {
            _ = FileCalls.Close(Number);
            Number = -1;
        }
    }
}
