using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Watch;

/// <summary>A kernel event queue, read in chunks of consecutive structures, each of which states its own length.</summary>
internal sealed unsafe class EventQueue : IDisposable
{
    private const int Size = 4096;

    private readonly Descriptor _file;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
    private int _at;
    private int _end;

    private EventQueue(Descriptor file) => _file = file;

    public int Number => _file.Number;

    /// <summary>Wraps a descriptor returned by a system call; null if it returned none.</summary>
    public static EventQueue? Of(int number) =>
        number < 0 ? null : new(new Descriptor(number, "the kernel's file events"));

    /// <summary>Reads the next chunk.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="HostException">It cannot be read.</exception>
    public bool Read()
    {
        nint read = FileCalls.Read(Number, (byte*)Unsafe.AsPointer(ref _buffer[0]), Size);
        if (read < 0 && Marshal.GetLastPInvokeError() is not (ErrorNumber.WouldBlock or ErrorNumber.Interrupted))
        {
            throw HostException.LastError("cannot read the kernel's file events");
        }

        (_at, _end) = (0, (int)Math.Max(read, 0));
        return _end > 0;
    }

    /// <summary>The next structure in the chunk, of at least this size; null after the last one.</summary>
    public nint? Next(int size) => _end - _at >= size ? (nint)Unsafe.AsPointer(ref _buffer[_at]) : null;

    /// <summary>Advances past a structure.</summary>
    public void Skip(int length) => _at = length > 0 ? _at + length : _end;

    public void Dispose() => _file.Dispose();
}
