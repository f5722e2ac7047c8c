namespace LamBoot.Package.Tests.Example;

/// <summary>
/// What the hook leaves after two weeks on the node in <c>etc-examples/host</c>: its VMs boot and are updated, and two of them do not come
/// up. The same seed produces the same bytes.
/// </summary>
internal sealed class ExampleNode : IDisposable
{
    private const int Seed = 20261127;
    private const string Debian = "debian-6.12.95";
    private const string NewDebian = "debian-6.12.117";
    private const string Ubuntu = "ubuntu-24.04";

    private static readonly DateTime Update = new(2026, 11, 24, 2, 0, 0, DateTimeKind.Utc);

    private readonly HostTree _host = new();
    private readonly Random _random = new(Seed);
    private readonly List<(DateTime At, Action What)> _events = [];

    /// <summary>Runs the two weeks.</summary>
    public ExampleNode()
    {
        ProgramResult
            .Shell("cp -r \"$1\"/etc \"$2\"", Repository.File("etc-examples", "host"), _host.Root)
            .ExitCode.ShouldBe(0);
        foreach (int vmid in (int[])[100, 103, 104, 105])
        {
            Live(Vm(vmid, "confirmed-4m"), Debian, NewDebian, isUp: vmid != 100);
        }

        foreach (int vmid in (int[])[106, 107])
        {
            Live(Vm(vmid, "kill-small-11"), Ubuntu, Ubuntu, isUp: true);
        }

        Panic();
        RunInVain();
        _events.OrderBy(each => each.At).ToList().ForEach(each => each.What());
        CorpusImage.Get("nolamboot-2m").WriteTo(_host.ImagePath(102));
        CorpusImage.Get("template-2m-ms").WriteTo(_host.ImagePath(109));
    }

    /// <summary>The files that belong to the example, without those that name this machine's processes.</summary>
    public Dictionary<string, byte[]> Files =>
        Directory
            .EnumerateFiles(_host.Root, "*", SearchOption.AllDirectories)
            .Select(path => path[_host.Root.Length..])
            .Where(path => IsOfExample(path) && !path.EndsWith(".lease", StringComparison.Ordinal))
            .ToDictionary(path => path, path => File.ReadAllBytes(_host.Path(path)));

    /// <summary>Whether a file of the host is written by the node's life; the configuration is handwritten.</summary>
    public static bool IsOfExample(string path) =>
        path.StartsWith("/var/l", StringComparison.Ordinal) && !path.StartsWith("/var/lock/", StringComparison.Ordinal)
        || path.StartsWith("/mnt/", StringComparison.Ordinal);

    /// <summary>The files in a folder, unpacked if they are packed.</summary>
    public static Dictionary<string, byte[]> FilesOf(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => IsOfExample(path[folder.Length..]))
            .ToDictionary(path => path[folder.Length..].Replace(".gz", "", StringComparison.Ordinal), Unpack);

    public void Dispose() => _host.Dispose();

    /// <summary>A VM's two weeks: an update of all VMs in the night of the 24th, and some restarts before and after.</summary>
    private void Live(SimulatedVm vm, string entry, string newEntry, bool isUp)
    {
        DateTime start = Update.AddDays(-10).AddMinutes(_random.Next(0, 600));
        while (start < Update)
        {
            DateTime end = start.AddMinutes(_random.Next(3 * 1440, 6 * 1440));
            end = end < Update.AddDays(-1) ? end : Update.AddSeconds(_random.Next(0, 1800));
            vm.Run(start, entry, end - start);
            start = end.AddSeconds(_random.Next(20, 90));
        }

        if (isUp)
        {
            vm.Start(start, newEntry);
        }
        else
        {
            vm.Run(start, newEntry, TimeSpan.FromMinutes(_random.Next(4300, 4400)));
        }
    }

    /// <summary>A kernel that no longer finds its root after an update.</summary>
    private void Panic()
    {
        SimulatedVm vm = Vm(101, "confirmed-4m");
        DateTime update = Update.AddDays(2).AddHours(21);
        vm.Run(Update.AddDays(-9), Debian, TimeSpan.FromDays(4));
        vm.Run(Update.AddDays(-5).AddMinutes(1), Debian, TimeSpan.FromDays(7));
        byte[] panic = new CrashImage("k6.12-init-killed").ReadBytes();
        foreach (int minutes in (int[])[4, 7, 11, 18])
        {
            vm.RunToPanic(update.AddMinutes(minutes).AddSeconds(_random.Next(60)), NewDebian, panic);
        }
    }

    /// <summary>A guest that comes up as usual for days, and then is not heard from again.</summary>
    private void RunInVain()
    {
        SimulatedVm vm = Vm(108, "kill-small-11");
        vm.Run(Update.AddDays(-6).AddMinutes(47), Ubuntu, TimeSpan.FromDays(6));
        vm.Run(Update.AddHours(1), Ubuntu, TimeSpan.FromHours(77.2));
        vm.RunInVain(Update.AddHours(78.3), Ubuntu);
    }

    private SimulatedVm Vm(int vmid, string image)
    {
        string path =
            vmid == 101 ? "/mnt/fast/vm-disks/101/vm-101-disk-0.raw" : _host.ImagePath(vmid)[_host.Root.Length..];
        Directory.CreateDirectory(Path.GetDirectoryName(_host.Path(path))!);
        return new(_host, vmid, new(CorpusImage.Get(image).ReadBytes()), path, _events);
    }

    private static byte[] Unpack(string path) =>
        path.EndsWith(".gz", StringComparison.Ordinal) ? Gzip.Unpack(path) : File.ReadAllBytes(path);
}
