using System.Runtime.InteropServices;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>The environment of a child: ours, with some variables set; or only some of ours.</summary>
internal sealed unsafe class ChildEnvironment : IDisposable
{
    private readonly List<nint> _set = [];

    /// <summary>Creates the environment.</summary>
    /// <param name="variables">The variables to set, <c>NAME=VALUE</c> each, replacing ours of the same name; without a NUL.</param>
    public ChildEnvironment(IReadOnlyList<string> variables)
        : this(variables, name => !variables.Any(variable => variable.StartsWith(name, StringComparison.Ordinal))) { }

    private ChildEnvironment(IEnumerable<string> variables, Predicate<string> isKept)
    {
        _set.AddRange(variables.Select(Marshal.StringToCoTaskMemUTF8));
        List<nint> all = [.. Inherited(isKept), .. _set, 0];
        Block = (byte**)NativeMemory.Alloc((nuint)all.Count, (nuint)sizeof(nint));
        for (int index = 0; index < all.Count; index++)
        {
            Block[index] = (byte*)all[index];
        }
    }

    /// <summary>Creates an environment with some variables of ours and no others.</summary>
    /// <param name="names">Their names.</param>
    public static ChildEnvironment Only(params string[] names) =>
        new([], name => Array.Exists(names, kept => $"{kept}=" == name));

    /// <summary>The block that execve(2) takes.</summary>
    public byte** Block { get; }

    public void Dispose()
    {
        NativeMemory.Free(Block);
        _set.ForEach(Marshal.FreeCoTaskMem);
    }

    /// <summary>Those of our variables whose name, with the equals sign, is to be kept.</summary>
    private static List<nint> Inherited(Predicate<string> isKept)
    {
        List<nint> kept = [];
        for (byte** at = ProcessCalls.Environment; *at is not null; at++)
        {
            string name = (Marshal.PtrToStringUTF8((nint)(*at)) ?? "").Split('=')[0] + "=";
            if (isKept(name))
            {
                kept.Add((nint)(*at));
            }
        }

        return kept;
    }
}
