using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Variables;

/// <summary>
/// A store with any history, interrupted after any byte of its last change, reads as either before or after that change, never as anything
/// else.
/// </summary>
public sealed class HistoryTests
{
    private static readonly string[] Names = ["LamBootState", "LamBootStateX", "V", "Größe"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_cut_reads_as_before_or_after(int seed)
    {
        Random random = new(seed);
        for (int history = 0; history < 60; history++)
        {
            FlashWriter flash = new();
            Dictionary<string, string> values = [];
            for (int change = random.Next(12); change >= 0 && flash.HasRoom; change--)
            {
                byte[] image = (byte[])flash.Image.Clone();
                Dictionary<string, string> before = new(values);
                flash.Log.Clear();
                Change(random, flash, values);
                if (change == 0)
                {
                    CutEverywhere(image, flash.Log, before, values);
                }
            }

            Read(flash.Image).ShouldBe(values, ignoreOrder: true);
        }
    }

    private static void Change(Random random, FlashWriter flash, Dictionary<string, string> values)
    {
        string name = Names[random.Next(Names.Length)];
        if (random.Next(4) == 0)
        {
            flash.Delete(name);
            values.Remove(name);
            return;
        }

        // Bytes that could be taken for parts of headers are more likely than by chance.
        byte[] data =
        [
            .. Enumerable
                .Range(0, random.Next(1, 40))
                .Select(_ => (byte)(random.Next(3) == 0 ? 0xaa - (random.Next(2) * 0x55) : random.Next(256))),
        ];
        flash.Set(name, data);
        values[name] = Convert.ToHexString(data);
    }

    private static void CutEverywhere(
        byte[] image,
        List<(int Offset, byte Value)> log,
        Dictionary<string, string> before,
        Dictionary<string, string> after
    )
    {
        bool changed = false;
        foreach ((int offset, byte value) in log)
        {
            image[offset] = value;
            Dictionary<string, string> read = Read(image);
            bool isAfter = Same(read, after);
            (isAfter || Same(read, before)).ShouldBeTrue(string.Join(' ', read));
            (changed && !isAfter).ShouldBeFalse("once changed, it stays so");
            changed = isAfter && !Same(before, after);
        }
    }

    private static bool Same(Dictionary<string, string> a, Dictionary<string, string> b) =>
        a.Count == b.Count && a.All(pair => b.GetValueOrDefault(pair.Key) == pair.Value);

    /// <summary>The live variables, by enumeration; lookups must agree.</summary>
    private static Dictionary<string, string> Read(byte[] image)
    {
        VariableStore
            .TryOpen(image, image.Length, out VariableStore store, out NvramError error)
            .ShouldBeTrue(error.ToString());
        Dictionary<string, string> values = [];
        foreach (VariableEntry entry in store.Variables)
        {
            values.Add(entry.Name, Convert.ToHexString(entry.Data));
        }

        foreach (string name in Names)
        {
            bool found = store.TryFind(name, EfiGuids.LamBoot, out VariableEntry entry);
            (found ? Convert.ToHexString(entry.Data) : null).ShouldBe(values.GetValueOrDefault(name));
        }

        return values;
    }
}
