using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Variables;

/// <summary>Every raw image in the corpus is read as the firmware read it. (For qcow2 images, see LamBoot.Pve.Tests.)</summary>
public sealed class CorpusTests
{
    private static readonly string[] Variables =
    [
        "LamBootState",
        "LamBootCrashCount",
        "LamBootLastEntry",
        "LamBootTimestamp",
        "LamBootVersion",
        "LamBootVmGenId",
    ];

    public static TheoryData<string> RawImages =>
        [.. CorpusImage.All.Where(image => !image.IsQcow2).Select(image => image.Name)];

    [Theory]
    [MemberData(nameof(RawImages))]
    public void Variables_are_those_the_firmware_read(string name)
    {
        CorpusImage image = CorpusImage.Get(name);
        byte[] bytes = image.ReadBytes();

        VariableStore
            .TryOpen(bytes, bytes.Length, out VariableStore store, out NvramError error)
            .ShouldBeTrue(error.ToString());

        store.IsReclaimPending.ShouldBe(image.Has("ftw-pending"));
        foreach (string variable in Variables)
        {
            string? read = store.TryFind(variable, EfiGuids.LamBoot, out VariableEntry entry)
                ? Convert.ToHexStringLower(entry.Data)
                : null;
            List<string?> truths = [image.Hex(variable)];
            if (image.Has("ftw-ambiguous"))
            {
                // Firmware builds differ: either the store found by the plain walk, or the spare block. Both say "reclaim pending".
                truths.AddRange([null, image.Hex(variable, "ftw_spare_variables")]);
            }

            truths.ShouldContain(read, variable);
        }
    }
}
