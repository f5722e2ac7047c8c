using System.Diagnostics;
using System.Security.Cryptography;
using LamBoot.Testing;
using LamBoot.Testing.Stores;

namespace LamBoot.Nvram.Stress;

/// <summary>Runs the target on damaged images from the corpus for a given time, on all cores.</summary>
internal static class Fuzzer
{
    /// <summary>Runs; an image that violates a bound is saved in <c>out/fuzz</c>.</summary>
    /// <returns>The exit code: 0, or 1 if an image violated a bound.</returns>
    public static int Run(TimeSpan time, int seed)
    {
        if (!HostileImages.All.All(hostile => Try(hostile.Image)) || !Try(new byte[64 << 20]))
        {
            return 1;
        }

        // 64 MiB images are cut to their first megabyte, as far as a reader looks.
        byte[][] corpus =
        [
            .. CorpusImage
                .All.Where(image => !image.IsQcow2)
                .Select(image => image.ReadBytes())
                .Concat(CrashImage.Names.Select(name => new CrashImage(name).ReadBytes()))
                .Select(bytes => bytes.Length > 1 << 20 ? bytes[..(1 << 20)] : bytes),
        ];
        long[] runs = new long[Environment.ProcessorCount];
        int failures = 0;
        Stopwatch watch = Stopwatch.StartNew();
        Thread[] threads = [.. runs.Select((_, core) => new Thread(() => Work(core)))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Console.WriteLine(
            $"fuzz: {runs.Sum()} images in {watch.Elapsed.TotalSeconds:f0} s, seed {seed}, {failures} failed"
        );
        return failures == 0 ? 0 : 1;

        void Work(int core)
        {
            using GuardedMemory memory = new(1 << 20);
            Mutator mutator = new(new Random(seed + core), corpus);
            while (watch.Elapsed < time && failures == 0)
            {
                byte[] image = mutator.Next();
                runs[core]++;
                if (!Try(memory.Load(image)))
                {
                    Interlocked.Increment(ref failures);
                }
            }
        }
    }

    private static bool Try(ReadOnlySpan<byte> image)
    {
        try
        {
            Target.Run(image);
            return true;
        }
        catch (Exception e)
        {
            string name = Convert.ToHexStringLower(SHA256.HashData(image))[..16];
            string path = Repository.File("out", "fuzz", name + ".fd");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, image);
            Console.Error.WriteLine($"fuzz: {path}: {e}");
            return false;
        }
    }
}
