using System.Text;
using System.Text.Json;
using LamBoot.Commands.Boot;
using LamBoot.Commands.Rescue;
using LamBoot.Linux;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Config;
using LamBoot.Pve.Store;

namespace LamBoot.Commands.Tests.Boot;

/// <summary>
/// Boot entries with arbitrary bytes, through every output and every change: bounded, escaped, and nothing else is touched.
/// </summary>
public sealed class HostileEntriesTests
{
    private const int LongestLine = 2000;
    private static readonly VmConfig Config = new("bios: ovmf\nscsi0: x\nnet0: virtio=BC:24:11:00:00:01\n"u8);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_output_acts_on_a_terminal_or_goes_without_bounds(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 300; round++)
        {
            byte[] image = Store(random);
            BootReport report = BootReport.Read(new(image, image.Length), new(Config)).ShouldNotBeNull();

            foreach (string line in BootText.Lines(report).Concat(BootText.Facts(report).Select(fact => fact.Text)))
            {
                line.Length.ShouldBeLessThan(LongestLine);
                line.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c == '\u202e').ShouldBeFalse(line);
            }

            string json = Encoding.UTF8.GetString(BootJson.Write(report));
            json.All(c => c == '\n' || c is >= ' ' and <= '~').ShouldBeTrue(json);
            using JsonDocument document = JsonDocument.Parse(json);
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void A_change_leaves_all_other_variables_as_they_are(int seed)
    {
        Random random = new(seed);
        (Func<VariableWriter, StoreChange> Change, string[] Written)[] changes =
        [
            (writer => BootPlan.Next(writer, 1), ["BootNext"]),
            (writer => BootPlan.Next(writer, null), ["BootNext"]),
            (BootPlan.Setup, ["OsIndications"]),
            (writer => BootPlan.Order(writer, [2, 1]), ["BootOrder"]),
            (writer => BootPlan.Remove(writer, 1), ["BootOrder", "BootNext", "Boot0001"]),
        ];
        for (int round = 0; round < 100; round++)
        {
            byte[] image = Store(random);
            foreach ((Func<VariableWriter, StoreChange> change, string[] written) in changes)
            {
                try
                {
                    (byte[] after, StoreChange made) = StoreWriting.Apply(image, change);
                    Others(after, written).ShouldBe(Others(image, written));
                    made.Changes.Concat(made.Notes).ShouldAllBe(line => line.Length < LongestLine);
                    (made.Changes.Count == 0).ShouldBe(after.AsSpan().SequenceEqual(image));
                }
                catch (HostException e)
                {
                    e.Message.ShouldNotContain("\u001b"); // reported in one line, and nothing is changed
                }
            }
        }
    }

    private static byte[] Store(Random random)
    {
        StoreWriter writer = new();
        writer.Add("LamBootState", [1]);
        for (int i = 0; i < 6; i++)
        {
            string name = $"Boot{random.Next(5):X4}";
            byte state = random.Next(4) == 0 ? VariableState.InDeletedTransition : VariableState.Added;
            writer.Add(name, Option(random), state, EfiGuids.GlobalVariable);
        }

        Maybe("BootOrder", 40);
        Maybe("BootNext", 3);
        Maybe("OsIndications", 9);
        return writer.Image;

        void Maybe(string name, int most)
        {
            byte[] data = new byte[random.Next(1, most)];
            if (random.Next(3) > 0)
            {
                random.NextBytes(data.AsSpan(0, data.Length / 2));
                writer.Add(name, data, vendor: EfiGuids.GlobalVariable);
            }
        }
    }

    private static byte[] Option(Random random)
    {
        string[] words =
        [
            "\u001b[2J",
            "\r\n",
            "\u202e",
            "%s",
            "'",
            "debian",
            "\ud800",
            "HD(1)/",
            "\u2028",
            new('x', 300),
        ];
        string description = string.Concat(
            Enumerable.Range(0, random.Next(5)).Select(_ => words[random.Next(words.Length)])
        );
        List<byte> path = [];
        for (int node = random.Next(8); node > 0; node--)
        {
            byte[] data =
                random.Next(3) == 0
                    ? Encoding.Unicode.GetBytes(words[random.Next(words.Length)])
                    : new byte[random.Next(50)];
            if (random.Next(2) == 0)
            {
                random.NextBytes(data);
            }

            int length = random.Next(10) == 0 ? random.Next(400) : data.Length + 4;
            path.AddRange([(byte)random.Next(6), (byte)random.Next(36), (byte)length, (byte)(length >> 8), .. data]);
        }

        int said = random.Next(6) == 0 ? random.Next(ushort.MaxValue) : path.Count;
        byte[] option =
        [
            .. BitConverter.GetBytes(random.Next(16)),
            (byte)said,
            (byte)(said >> 8),
            .. Encoding.Unicode.GetBytes(description + "\0"),
            .. path,
            .. random.Next(2) == 0 ? (byte[])[0x7f, 0xff, 4, 0] : [],
        ];
        return random.Next(10) == 0 ? option[..random.Next(1, option.Length)] : option;
    }

    private static List<string> Others(byte[] image, string[] written)
    {
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _).ShouldBeTrue();
        List<string> others = [];
        foreach (VariableEntry entry in store.Variables)
        {
            if (!written.Contains(entry.Name))
            {
                others.Add($"{entry.Name} {entry.VendorGuid} {entry.Attributes} {Convert.ToHexString(entry.Data)}");
            }
        }

        others.Sort(StringComparer.Ordinal);
        return others;
    }
}
