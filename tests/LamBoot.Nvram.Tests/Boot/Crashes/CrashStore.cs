using System.IO.Compression;
using System.Text;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Boot.Crashes;

/// <summary>Stores with made-up crash records.</summary>
internal sealed class CrashStore
{
    private static readonly Guid Linux = new("cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0");
    private static readonly Guid Windows = new("ba57e015-65b3-4c3c-b274-659192f699e3");

    public StoreWriter Writer { get; } = new();

    /// <summary>Adds a record with a header line and log lines.</summary>
    public CrashStore Add(
        int part,
        string lines,
        int count = 1,
        long time = 1000,
        string word = "Panic",
        bool deflated = true
    )
    {
        byte[] text = Encoding.UTF8.GetBytes($"{word}#{count} Part{part}\n{lines}");
        return Add($"dump-type0-{part}-{count}-{time}-{(deflated ? 'C' : 'D')}", deflated ? Deflate(text) : text);
    }

    public CrashStore Add(string name, byte[] data)
    {
        Writer.Add(name, data, vendor: Linux);
        return this;
    }

    public CrashStore AddWindows(string name, byte[] data)
    {
        Writer.Add(name, data, vendor: Windows);
        return this;
    }

    public IReadOnlyList<CrashRecord> Read()
    {
        VariableStore store = Open();
        IReadOnlyList<CrashRecord> crashes = CrashRecords.Read(store);
        CrashRecords.Any(store).ShouldBe(crashes.Count > 0);
        Describe(CrashRecords.Newest(store)).ShouldBe(Describe(crashes.FirstOrDefault(crash => crash.IsCrash)));
        return crashes;
    }

    public VariableStore Open()
    {
        VariableStore.TryOpen(Writer.Image, Writer.Image.Length, out VariableStore store, out _).ShouldBeTrue();
        return store;
    }

    private static string Describe(CrashRecord? crash) =>
        $"{crash?.Kind} {crash?.Reason} {crash?.At:s} {crash?.Count} {crash?.FirmwareBoot} {crash?.Text}";

    public CrashRecord ReadOne() => Read().ShouldHaveSingleItem();

    public static byte[] Deflate(byte[] text, bool zlib = false)
    {
        using MemoryStream bytes = new();
        using (
            Stream deflate = zlib
                ? new ZLibStream(bytes, CompressionLevel.Optimal, leaveOpen: true)
                : new DeflateStream(bytes, CompressionLevel.Optimal, leaveOpen: true)
        )
        {
            deflate.Write(text);
        }

        return bytes.ToArray();
    }
}
