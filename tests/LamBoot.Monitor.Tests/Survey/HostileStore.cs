using System.Text;

namespace LamBoot.Monitor.Tests.Survey;

/// <summary>The store of a guest in a crash loop whose entry is whatever it likes.</summary>
internal static class HostileStore
{
    public static void Write(string path, string entry)
    {
        StoreWriter store = new();
        store.Add("LamBootState", [3]);
        store.Add("LamBootCrashCount", [3]);
        store.Add("LamBootLastEntry", Encoding.UTF8.GetBytes(entry));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, store.Image);
    }
}
