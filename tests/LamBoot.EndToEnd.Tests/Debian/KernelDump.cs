using System.Globalization;
using System.IO.Compression;
using System.Text;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.EndToEnd.Tests.Debian;

/// <summary>A part of what a kernel left in a store when it panicked, as written by the kernel's own efi_pstore.</summary>
/// <param name="Part">1 is the newest text.</param>
/// <param name="Text">The text, beginning with its own heading.</param>
internal sealed record KernelDump(int Part, string Text)
{
    private static readonly Guid LinuxCrash = new("cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0");

    /// <summary>The parts in a store, in the order of their records.</summary>
    public static List<KernelDump> Read(byte[] image)
    {
        VariableStore
            .TryOpen(image, image.Length, out VariableStore store, out NvramError error)
            .ShouldBeTrue($"{error}");
        List<KernelDump> parts = [];
        foreach (VariableEntry variable in store.Variables)
        {
            if (variable.VendorGuid == LinuxCrash)
            {
                string[] name = variable.Name.Split('-'); // dump type0 PART COUNT TIME C
                (name.Length, name[0], name[^1]).ShouldBe((6, "dump", "C"), variable.Name);
                parts.Add(new(int.Parse(name[2], CultureInfo.InvariantCulture), Inflate(variable.Data)));
            }
        }

        return parts;
    }

    private static string Inflate(ReadOnlySpan<byte> data)
    {
        using MemoryStream packed = new(data.ToArray());
        using DeflateStream inflated = new(packed, CompressionMode.Decompress);
        using StreamReader reader = new(inflated, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
