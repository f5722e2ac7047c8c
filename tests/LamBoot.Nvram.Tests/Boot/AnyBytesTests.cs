using System.Text;
using CsCheck;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Boot.Entries;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Tests.Boot.Crashes;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Boot;

/// <summary>What holds for any bytes that a guest could write: no exceptions, bounded texts, and what was written is found again.</summary>
public sealed class AnyBytesTests
{
    private static readonly Gen<string> Names = Gen.OneOf(
        Gen.Select(Gen.UInt[0, 20], Gen.Int[-1, 3], Gen.Long[0, 30], Gen.Char["CDZ"])
            .Select((part, count, time, kind) => $"dump-type0-{part}-{count}-{time}-{kind}"),
        Gen.Char["dump-typeCD0123456789"].Array[0, 12].Select(rest => "dump-type0-" + new string(rest)),
        Gen.String[0, 24]
    );

    private static readonly Gen<byte[]> Data = Gen.OneOf(
        Gen.Byte.Array[0, 200],
        Gen.String[0, 200].Select(text => Encoding.UTF8.GetBytes("Panic#1 Part1\n" + text)),
        Gen.Select(Gen.String[0, 200], Gen.Bool, Gen.Int[0, 300])
            .Select(
                (text, zlib, cut) =>
                {
                    byte[] whole = CrashStore.Deflate(Encoding.UTF8.GetBytes("Oops#1 Part1\n" + text), zlib);
                    return whole[..Math.Min(cut, whole.Length)];
                }
            )
    );

    [Fact]
    public void Crash_records() =>
        Gen.Select(Names, Data)
            .Array[0, 12]
            .Sample(records =>
            {
                CrashStore store = new();
                foreach ((string name, byte[] data) in records)
                {
                    store.Add(name, data);
                }

                foreach (CrashRecord crash in store.Read())
                {
                    crash.Text.Length.ShouldBeLessThan(KernelText);
                    crash.Parts.ShouldBe(crash.Parts.Order().Distinct());
                    (crash.Reason?.Contains('\n', StringComparison.Ordinal)).ShouldNotBe(true);
                    crash.Flaws.ShouldAllBe(flaw => flaw.Length < 300 && flaw.All(char.IsAscii));
                }
            });

    /// <summary>Any log, however it is split into parts, deflated or not, is reassembled.</summary>
    [Fact]
    public void A_log_that_is_cut_into_parts_is_whole_again() =>
        Gen.Select(
                Gen.Char["ab <>0123456789[].:é"].Array[0, 60].Select(line => new string(line)).List[1, 40],
                Gen.Int[1, 9]
            )
            .Sample(
                (lines, size) =>
                {
                    CrashStore store = new();
                    string[][] parts = [.. lines.Chunk(size).Reverse()];
                    foreach ((int index, string[] part) in parts.Index().Reverse())
                    {
                        string text = string.Concat(part.Select(line => $"<6>{line}\n"));
                        store.Add(index + 1, text, time: 1000 + (index / 5));
                    }

                    CrashRecord crash = store.ReadOne();
                    crash.Text.ShouldBe(string.Concat(lines.Select(line => line + "\n")));
                    crash.Flaws.ShouldBeEmpty();
                }
            );

    [Fact]
    public void Boot_entries() =>
        Gen
            .Byte.Array[0, 300]
            .Sample(data =>
            {
                BootEntry entry = BootEntry.Read(1, data);
                entry.Path.Length.ShouldBeLessThanOrEqualTo(DevicePath.MaximumLength);
                StoreWriter writer = new();
                writer.Add("Boot0001", data, vendor: EfiGuids.GlobalVariable);
                writer.Add("BootOrder", data, vendor: EfiGuids.GlobalVariable);
                VariableStore.TryOpen(writer.Image, writer.Image.Length, out VariableStore store, out _);
                BootEntries.Read(store).Entries.ShouldHaveSingleItem().ShouldBe(entry);
            });

    /// <summary>A node of any type and length becomes text, and those after it are read.</summary>
    [Fact]
    public void Nodes_of_device_paths() =>
        Gen.Select(Gen.Byte[1, 6], Gen.Byte, Gen.Byte.Array[0, 70])
            .Sample(
                (type, subType, data) =>
                {
                    byte[] node = [type, subType, (byte)(data.Length + 4), 0, .. data];
                    byte[] pci = [1, 1, 6, 0, 2, 3, 0x7f, 0xff, 4, 0];

                    string text = DevicePath.Format([.. node, .. pci], out bool isWhole);

                    isWhole.ShouldBeTrue();
                    text.ShouldEndWith("/Pci(0x3,0x2)");
                }
            );

    private const int KernelText = (1 << 20) + 10;
}
