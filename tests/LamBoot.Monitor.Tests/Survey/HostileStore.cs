using System.Text;

namespace LamBoot.Monitor.Tests.Survey;

/// <summary>The store of a guest that panicked, with arbitrary text as its entry and as the reason.</summary>
internal static class HostileStore
{
    public static void Write(string path, string entry)
    {
        StoreWriter store = new();
        store.Add("LamBootState", [3]);
        store.Add("LamBootCrashCount", [3]);
        store.Add("LamBootLastEntry", Encoding.UTF8.GetBytes(entry));
        store.Add(
            "dump-type0-1-1-1790000000-D",
            Encoding.UTF8.GetBytes($"Panic#1 Part1\n<0>[    1.000000] Kernel panic - not syncing: {entry}\n"),
            vendor: new("cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0")
        );
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, store.Image);
    }
}
