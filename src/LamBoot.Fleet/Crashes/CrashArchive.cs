using System.Globalization;
using System.Text;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Variables;

namespace LamBoot.Fleet.Crashes;

/// <summary>
/// The crashes kept on the host, one per file: <c>/var/lib/lamboot/crash/VMID-TIME.txt</c>. A guest clears its own at its next good boot.
/// Guest-written text is escaped; a file is at most 64 KiB, and each VM keeps its newest 10.
/// </summary>
/// <param name="root">The host.</param>
public sealed class CrashArchive(HostRoot root)
{
    /// <summary>The number of crashes kept per VM.</summary>
    public const int MostOfVm = 10;

    private const string Suffix = ".txt";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    private readonly string _folder = root.Resolve(LamBootPaths.CrashFolder);

    /// <summary>Saves the crashes in a VM's store that are not kept yet.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="uuid">Its UUID, which the next VM with this VMID does not have; null if it has none.</param>
    /// <param name="store">Its store.</param>
    /// <exception cref="HostException">Some could not be saved; the others are.</exception>
    public void Keep(int vmid, string? uuid, VariableStore store)
    {
        List<CrashRecord> crashes = [];
        foreach (CrashRecord crash in CrashRecords.Read(store))
        {
            if (crash.IsCrash && crashes.Count < MostOfVm)
            {
                crashes.Add(crash);
            }
        }

        bool isAny = false;
        HostException? failure = null;
        crashes.Reverse(); // oldest first: the files' modification times decide which are dropped
        foreach (CrashRecord crash in crashes)
        {
            try
            {
                isAny |= Keep(vmid, uuid, crash);
            }
            catch (HostException e)
            {
                failure ??= e;
            }
        }

        if (isAny)
        {
            Prune(vmid);
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <summary>Saves the crashes in a VM's image that are not kept yet.</summary>
    /// <returns>Why some could not be saved; null if all were.</returns>
    public string? TryKeep(int vmid, string? uuid, StoreImage image)
    {
        try
        {
            if (VariableStore.TryOpen(image.Bytes, image.Size, out VariableStore store, out _))
            {
                Keep(vmid, uuid, store);
            }

            return null;
        }
        catch (HostException e)
        {
            return e.Message;
        }
    }

    /// <summary>The file of a crash, as seen by the host; null if it is not kept.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="uuid">Its UUID; null if it has none.</param>
    /// <param name="crash">The crash.</param>
    public string? Find(int vmid, string? uuid, CrashSummary crash)
    {
        try
        {
            string? name = crash.At is { } at
                ? NameOf(vmid, at, crash.Count, crash.Kind)
                : Names(vmid)
                    .Find(each =>
                        KeptCrash.Read(PathOf(each)) is { } kept
                        && kept.Summary.Reason == crash.SafeReason
                        && kept.MayBeOf(uuid)
                    );
            return name is not null && FileQuery.Exists(PathOf(name)) ? $"{LamBootPaths.CrashFolder}/{name}" : null;
        }
        catch (HostException)
        {
            return null;
        }
    }

    /// <summary>The kept crashes of a VM, newest first, skipping files that are not ours.</summary>
    /// <exception cref="HostException">The folder, or a file in it, cannot be read.</exception>
    public IReadOnlyList<KeptCrash> Read(int vmid) =>
        [
            .. Names(vmid)
                .Select(name =>
                    KeptCrash.Read(PathOf(name)) is { } kept
                        ? kept with
                        {
                            File = $"{LamBootPaths.CrashFolder}/{name}",
                        }
                        : null
                )
                .OfType<KeptCrash>(),
        ];

    private static string NameOf(int vmid, DateTimeOffset time, int count, string more = "")
    {
        // A boot's second dump may fall within the same second as the first: a panic after an oops.
        string number = count > 1 ? string.Create(CultureInfo.InvariantCulture, $"-{count}") : "";
        string at = time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{vmid}-{at}{number}{more}{Suffix}");
    }

    /// <summary>The name of a crash's file: with its kind, if the name without it is that of a crash of another kind.</summary>
    private string NameOf(int vmid, DateTimeOffset time, int count, CrashKind kind)
    {
        string name = NameOf(vmid, time, count);
        string withKind = NameOf(vmid, time, count, $"-{CrashSummary.Word(kind)}");
        bool isTaken = KeptCrash.Read(PathOf(name)) is { } other && other.Summary.Kind != kind;
        return isTaken || FileQuery.Exists(PathOf(withKind)) ? withKind : name;
    }

    private string PathOf(string name) => $"{_folder}/{name}";

    /// <summary>Saves one crash, unless as much of it is already kept: a kernel may still be writing it.</summary>
    private bool Keep(int vmid, string? uuid, CrashRecord crash)
    {
        byte[] content = Encoding.UTF8.GetBytes(KeptCrash.Format(vmid, uuid, crash));
        byte[] withoutUuid = Encoding.UTF8.GetBytes(KeptCrash.Format(vmid, null, crash)); // as files once were
        string? name = crash.At is { } at
            ? NameOf(vmid, new(at, TimeSpan.Zero), crash.Count, crash.Kind)
            : Names(vmid).Find(each => IsSame(Kept(each))) ?? NameOf(vmid, DateTimeOffset.UtcNow, 0);
        byte[]? kept = Kept(name);
        if (IsSame(kept) || kept?.Length > content.Length)
        {
            return false;
        }

        HostFolder.Create(_folder);
        AtomicFile.Replace(PathOf(name), content, Permissions.GroupMayRead, LamBootPaths.Temporary);
        return true;

        bool IsSame(byte[]? file) =>
            file is not null && (file.AsSpan().SequenceEqual(content) || file.AsSpan().SequenceEqual(withoutUuid));
    }

    private byte[]? Kept(string name) =>
        FileReader.ReadAllOrNull(PathOf(name), KeptCrash.MaximumSize, followLink: false);

    /// <summary>The names of a VM's files, newest first by when they were saved, because the guest's time can be anything.</summary>
    private List<string> Names(int vmid)
    {
        string prefix = string.Create(CultureInfo.InvariantCulture, $"{vmid}-");
        List<KeptFile> files = [];
        foreach (string name in HostFolder.NamesOrNone(_folder))
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal))
            {
                files.Add(new(name, FileStatus.OfPathOrMissing(PathOf(name)).Modified));
            }
        }

        files.Sort((a, b) => b.CompareTo(a));
        return files.ConvertAll(file => file.Name);
    }

    private void Prune(int vmid)
    {
        List<string> names = Names(vmid);
        for (int i = MostOfVm; i < names.Count; i++)
        {
            AtomicFile.Remove(PathOf(names[i]));
        }
    }

    private sealed class KeptFile(string name, FileTime at)
    {
        public string Name => name;
        private FileTime At => at;

        public int CompareTo(KeptFile other) =>
            At.Seconds != other.At.Seconds ? At.Seconds.CompareTo(other.At.Seconds)
            : At.Nanoseconds != other.At.Nanoseconds ? At.Nanoseconds.CompareTo(other.At.Nanoseconds)
            : string.CompareOrdinal(Name, other.Name);
    }
}
