using System.Runtime.InteropServices;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>The environment of a child: ours, with some variables set.</summary>
internal sealed unsafe class ChildEnvironment : IDisposable
{
    private readonly List<nint> _set = [];

    /// <summary>Creates the environment.</summary>
    /// <param name="variables">The variables to set, <c>NAME=VALUE</c> each, replacing ours of the same name; without a NUL.</param>
    public ChildEnvironment(IReadOnlyList<string> variables)
    {
        _set.AddRange(variables.Select(Marshal.StringToCoTaskMemUTF8));
        List<nint> all = [.. Inherited(variables), .. _set, 0];
        Block = (byte**)NativeMemory.Alloc((nuint)all.Count, (nuint)sizeof(nint));
        for (int index = 0; index < all.Count; index++)
        {
            Block[index] = (byte*)all[index];
        }
    }

    /// <summary>The block that execve(2) takes.</summary>
    public byte** Block { get; }

    public void Dispose()
    {
        NativeMemory.Free(Block);
        _set.ForEach(Marshal.FreeCoTaskMem);
    }

    private static List<nint> Inherited(IReadOnlyList<string> variables)
    {
        List<nint> kept = [];
        for (byte** at = ProcessCalls.Environment; *at is not null; at++)
        {
            string name = (Marshal.PtrToStringUTF8((nint)(*at)) ?? "").Split('=')[0] + "=";
            if (!variables.Any(variable => variable.StartsWith(name, StringComparison.Ordinal)))
            {
                kept.Add((nint)(*at));
            }
        }

        return kept;
    }
}
