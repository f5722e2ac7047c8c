using System.Diagnostics;
using System.Text.Json;
using LamBoot.Nvram.Variables;

namespace LamBoot.Commands.Tests.SecureBoot;

/// <summary>A node with VM 100, whose store has Microsoft's keys.</summary>
internal sealed class StoreNode : IDisposable
{
    public const string Ms = "/usr/share/OVMF/OVMF_VARS_4M.ms.fd";

    public static string[] Names(JsonElement keys, string key) =>
        [
            .. keys.GetProperty(key)
                .EnumerateArray()
                .Select(certificate => certificate.GetProperty("subject").GetString()!),
        ];

    /// <param name="kind">The kind of storage.</param>
    /// <param name="change">What to change in the store from the firmware's package.</param>
    public StoreNode(string kind, Action<VariableWriter>? change = null)
    {
        Assert.SkipUnless(File.Exists(Ms), "ovmf cannot be installed here");
        Tree = new HostTree().AddQm();
        string store = Tree.Path("/store.fd");
        File.WriteAllBytes(store, Changed(File.ReadAllBytes(Ms), change));
        Certificate = MakeCertificate("LamBoot Test");
        Other = MakeCertificate("Other");
        string name = kind.Contains("qcow2", StringComparison.Ordinal) ? "vm-100-disk-0.qcow2" : "vm-100-disk-0.raw";
        string image = Tree.Path($"/var/lib/vz/images/100/{name}");
        string volume = $"local:100/{name}";
        Directory.CreateDirectory(Path.GetDirectoryName(image)!);
        Must(
            kind switch
            {
                "qcow2" => "qemu-img convert -f raw -O qcow2 \"$1\" \"$2\"",
                "linked qcow2" => "qemu-img convert -f raw -O qcow2 \"$1\" \"$2.base\" && "
                    + "qemu-img create -q -f qcow2 -F qcow2 -b \"$(basename \"$2\").base\" -o extended_l2=on,cluster_size=128k \"$2\"",
                "raw in a larger volume" => "cp \"$1\" \"$2\" && truncate -s 4M \"$2\"",
                _ => "cp \"$1\" \"$2\"",
            },
            store,
            image
        );
        if (kind.Contains("device", StringComparison.Ordinal))
        {
            Device = Attach(image, kind);
            volume = kind.StartsWith("qcow2", StringComparison.Ordinal) ? $"{Device},format=qcow2" : Device;
        }

        Tree.Write(
            "/etc/pve/qemu-server/100.conf",
            $"args: {HostTree.Args}100.json\nbios: ovmf\nefidisk0: {volume},efitype=4m,pre-enrolled-keys=1,size=528K\nname: vm100\n"
        );
    }

    public HostTree Tree { get; }

    public string Certificate { get; private set; }

    public string Other { get; }

    public string? Device { get; }

    public bool IsPending => File.Exists(Tree.Path("/var/lib/lamboot/backup/100.pending"));

    public string FirstBackup =>
        "/var/lib/lamboot/backup/"
        + Directory.GetFiles(Tree.Path("/var/lib/lamboot/backup"), "100-*.fd").Select(Path.GetFileName).Order().First();

    public ProgramResult Enroll(params string[] more) => Tree.Hook(["enroll", "100", "--cert", Certificate, .. more]);

    public Process BeginEnroll() => Begin("enroll", "100", "--cert", Certificate);

    public Process Begin(params string[] arguments)
    {
        ProcessStartInfo start = new(Repository.File("out", "bin", "lamboot-hook"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LAMBOOT_ROOT"] = Tree.Root;
        return Process.Start(start)!;
    }

    public JsonElement SecureBoot() => Inspect().GetProperty("secure_boot");

    public string[] Variables() =>
        [
            .. Inspect()
                .GetProperty("variables")
                .EnumerateArray()
                .Select(variable =>
                    $"{variable.GetProperty("name")} {variable.GetProperty("vendor")} {variable.GetProperty("attributes")} "
                    + $"{variable.GetProperty("timestamp")} {variable.GetProperty("data")}"
                )
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Asserts that nothing is left behind except backups.</summary>
    public void ShouldBeTidy()
    {
        IsPending.ShouldBeFalse();
        Directory.GetFiles(Tree.Root, "*.lamboot-*", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory
            .GetFiles(Tree.Root, "*.raw", SearchOption.AllDirectories)
            .Where(path => path.Contains("/run/"))
            .ShouldBeEmpty();
    }

    public Process? Trouble(string trouble)
    {
        string config = File.ReadAllText(Tree.Config(100));
        string image = Tree.ImagePath(100);
        switch (trouble)
        {
            case "runs":
                return Tree.RunQemu(100);
            case "locked":
                return Tree.HoldLock(100);
            case "template":
                File.WriteAllText(Tree.Config(100), config + "template: 1\n");
                break;
            case "backup":
                File.WriteAllText(Tree.Config(100), config + "lock: backup\n");
                break;
            case "bios":
                File.WriteAllText(Tree.Config(100), config.Replace("bios: ovmf\n", "", StringComparison.Ordinal));
                break;
            case "no disk":
                File.WriteAllText(Tree.Config(100), "bios: ovmf\n");
                break;
            case "reclaim":
                CorpusImage.Get("cut-4msmm-04").WriteTo(image);
                break;
            case "plain":
                File.WriteAllBytes(image, new StoreWriter(authenticated: false).Image);
                break;
            case "full":
                StoreWriter full = new();
                full.Add("Large", new byte[0x3ff00]);
                File.WriteAllBytes(image, full.Image);
                break;
            case "key":
                Certificate = Certificate.Replace(".crt", ".key", StringComparison.Ordinal);
                break;
        }

        return null;
    }

    public void Dispose()
    {
        if (Device is not null)
        {
            ProgramResult.Shell("losetup -d \"$1\"", Device);
        }

        Tree.Dispose();
    }

    private static byte[] Changed(byte[] image, Action<VariableWriter>? change)
    {
        VariableWriter.TryOpen(image, out VariableWriter? writer, out string reason).ShouldBeTrue(reason);
        change?.Invoke(writer!);
        return writer!.Image.ToArray();
    }

    private JsonElement Inspect()
    {
        ProgramResult result = Tree.Hook(["inspect", "100", "--all", "--json"]);
        result.ExitCode.ShouldBe(0, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    /// <summary>Makes the image a loop device, to which the tree has a link.</summary>
    private string Attach(string image, string kind)
    {
        string loop = ProgramResult
            .Shell(
                kind == "device"
                    ? "truncate -s 4M \"$1\" && losetup -f --show \"$1\""
                    : "qemu-img convert -f raw -O qcow2 \"$1\" \"$1.q\" && truncate -s 4M \"$1.q\" && losetup -f --show \"$1.q\"",
                image
            )
            .Output.Trim();
        Assert.SkipWhen(loop.Length == 0, "no loop device is to be had here");
        Directory.CreateDirectory(Tree.Path("/dev"));
        File.CreateSymbolicLink(Tree.Path(loop), loop);
        return loop;
    }

    private string MakeCertificate(string name)
    {
        string path = Tree.Path($"/{name.Replace(" ", "", StringComparison.Ordinal)}.crt");
        Must(
            "openssl req -x509 -newkey rsa:2048 -nodes -keyout \"${1%.crt}.key\" -out \"$1\" -days 30 -subj \"/CN=$2\" 2>&1",
            path,
            name
        );
        return path;
    }

    private static void Must(string script, params string[] arguments)
    {
        ProgramResult result = ProgramResult.Shell(script, arguments);
        result.ExitCode.ShouldBe(0, result.Output + result.Error);
    }
}
