using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>A pipe to or from a child: pipe2(2), close-on-exec.</summary>
internal readonly unsafe struct ChildPipe : IDisposable
{
    private ChildPipe(int reader, int writer) =>
        (Reader, Writer) = (new(reader, "a child's pipe"), new(writer, "a child's pipe"));

    public Descriptor Reader { get; }

    public Descriptor Writer { get; }

    public static ChildPipe Open()
    {
        int* ends = stackalloc int[2];
        return ProcessCalls.Pipe2(ends, (int)OpenFlags.CloseOnExec) == 0
            ? new(ends[0], ends[1])
            : throw HostException.LastError("cannot make a pipe");
    }

    public void Dispose()
    {
        Reader.Dispose();
        Writer.Dispose();
    }
}
