using System.Runtime.InteropServices;

namespace LamBoot.Nvram.Stress;

/// <summary>Memory followed by a page that kills the process if read: no read beyond an image goes unnoticed.</summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int PageSize = 4096;

    private readonly byte* _start;
    private readonly nint _size;

    public GuardedMemory(int capacity)
    {
        const int ReadWrite = 3;
        const int PrivateAnonymous = 0x22;
        _size = (capacity + PageSize - 1) / PageSize * PageSize;
        _start = Map(null, _size + PageSize, ReadWrite, PrivateAnonymous, -1, 0);
        if ((nint)_start == -1 || Protect(_start + _size, PageSize, 0) != 0)
        {
            throw new InvalidOperationException("cannot map guarded memory");
        }
    }

    /// <summary>Loads an image right before that page.</summary>
    public ReadOnlySpan<byte> Load(ReadOnlySpan<byte> image)
    {
        Span<byte> place = new(_start + _size - image.Length, image.Length);
        image.CopyTo(place);
        return place;
    }

    public void Dispose() => _ = Unmap(_start, _size + PageSize);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(void* address, nint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nint length);
}
