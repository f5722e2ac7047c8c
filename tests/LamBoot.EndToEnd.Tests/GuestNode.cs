using System.Globalization;
using System.Text.Json;

namespace LamBoot.EndToEnd.Tests;

/// <summary>
/// A node whose VMs really boot: a host tree, the hook as its snippet, OVMF in QEMU, and <c>tests/e2e/qm</c>. What a guest's firmware reads
/// is compared with what the host recorded.
/// </summary>
internal sealed class GuestNode : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // qm wait has its own limit; an emulated Debian on a busy machine takes minutes.
    private static readonly TimeSpan QmPatience = TimeSpan.FromMinutes(6);

    private readonly List<int> _vmids = [];

    public GuestNode()
    {
        Assert.SkipUnless(
            File.Exists(Repository.File("out", "e2e", "guest.img")),
            "the guest is not built: tests/e2e/build, which needs QEMU, OVMF, gnu-efi and mtools"
        );
        Tree.AddQm();
    }

    public HostTree Tree { get; } = new();

    /// <summary>Adds a VM with an empty store from the firmware's package.</summary>
    /// <param name="vmid">The VMID.</param>
    /// <param name="args">Its args line without our item, which is added if <paramref name="attached"/>.</param>
    /// <param name="attached">Whether args already carry our item.</param>
    /// <param name="image">The image's name: <c>.raw</c> or <c>.qcow2</c>.</param>
    /// <param name="type">The store's type: <c>4m</c> or <c>2m</c>.</param>
    /// <param name="secureBoot">Whether the firmware enforces Secure Boot, with Microsoft's keys in the store.</param>
    public void AddVm(
        int vmid,
        bool attached = true,
        string args = "-smbios \"type=11,value=hello world\"",
        string? image = null,
        string type = "4m",
        bool secureBoot = false
    )
    {
        _vmids.Add(vmid);
        image ??= $"vm-{vmid}-disk-0.raw";
        string item = attached ? $" {HostTree.Args}{vmid}.json" : "";
        Tree.Write(
            $"/etc/pve/qemu-server/{vmid}.conf",
            $"args: {args}{item}\nbios: ovmf\nefidisk0: local:{vmid}/{image},efitype={type}{(secureBoot ? ",pre-enrolled-keys=1" : "")},size=528K\n"
                + $"hookscript: local:snippets/lamboot-hook\nmachine: q35\nname: vm{vmid}\n"
                + $"vmgenid: 01234567-89ab-cdef-0123-{vmid:d12}\n"
        );
        string template = "/usr/share/OVMF/OVMF_VARS" + (type == "4m" ? "_4M" : "") + (secureBoot ? ".ms.fd" : ".fd");
        string path = Tree.Path($"/var/lib/vz/images/{vmid}/{image}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (path.EndsWith(".raw", StringComparison.Ordinal))
        {
            File.Copy(template, path);
        }
        else
        {
            Must(ProgramResult.Shell("qemu-img convert -f raw -O qcow2 \"$1\" \"$2\"", template, path));
        }
    }

    /// <summary>Signs the guest that this node's VMs boot with a new key.</summary>
    /// <returns>The certificate.</returns>
    public string SignGuest()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/sbsign"), "sbsigntool cannot be installed here");
        const string Script = """
            cd "$1" && cp "$2/guest.img" guest.img &&
            openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 30 -subj "/CN=LamBoot Test" 2>/dev/null &&
            sbsign --key key.pem --cert cert.pem --output signed.efi "$2/guest.efi" 2>/dev/null &&
            mcopy -o -i guest.img signed.efi ::/EFI/BOOT/BOOTX64.EFI
            """;
        Must(ProgramResult.Shell(Script, Tree.Root, Repository.File("out", "e2e")));
        return Tree.Path("/cert.pem");
    }

    /// <summary>Makes this node's VMs boot the unsigned guest again.</summary>
    public void UnsignGuest() => File.Delete(Tree.Path("/guest.img"));

    public void Clone(int vmid, int clone, bool full)
    {
        _vmids.Add(clone);
        Must(full ? Qm("clone", vmid, $"{clone}", "full") : Qm("clone", vmid, $"{clone}"));
    }

    /// <summary>Starts a VM.</summary>
    /// <returns>The task log.</returns>
    public string Start(int vmid, string plan)
    {
        ProgramResult result = Must(Qm("start", vmid, plan));
        return result.Output + result.Error;
    }

    /// <summary>Boots a VM that powers itself off, and waits for its post-stop.</summary>
    public GuestBoot Boot(int vmid, string plan)
    {
        Start(vmid, plan + " poweroff");
        return Ended(vmid);
    }

    /// <summary>Waits for a guest that powers itself off, and for its post-stop.</summary>
    public GuestBoot Ended(int vmid)
    {
        Wait(vmid);
        return Recorded(vmid);
    }

    /// <summary>Waits for the end of QEMU, and for its post-stop.</summary>
    /// <returns>What the guest printed.</returns>
    public string Wait(int vmid, int seconds = 150)
    {
        Must(Qm("wait", vmid, $"{seconds}"));
        return Serial(vmid);
    }

    /// <summary>Boots a VM that hangs, and stops it.</summary>
    public GuestBoot BootAndStop(int vmid, string plan = "")
    {
        Start(vmid, plan);
        WaitForSerial(vmid, "guest: hangs");
        Must(Qm("stop", vmid));
        return Recorded(vmid);
    }

    /// <summary>Stops a VM.</summary>
    public void Stop(int vmid) => Must(Qm("stop", vmid));

    /// <summary>Kills a VM's QEMU, like a power failure.</summary>
    public void Kill(int vmid) => Must(Qm("kill", vmid));

    /// <summary>Waits until the guest has printed a text <paramref name="times"/> times.</summary>
    public string WaitForSerial(int vmid, string text, int times = 1)
    {
        DateTime end = DateTime.UtcNow + Patience;
        string serial;
        while ((serial = Serial(vmid)).Split(text).Length <= times)
        {
            (DateTime.UtcNow < end).ShouldBeTrue($"VM {vmid} did not print '{text}', but: {serial}");
            Thread.Sleep(20);
        }

        return serial;
    }

    /// <summary>The boots that the guest has printed since its QEMU was started.</summary>
    public List<GuestBoot> Boots(int vmid) => GuestBoot.Parse(Serial(vmid));

    /// <summary>A VM's records in the health log, oldest first.</summary>
    public List<JsonElement> Records(int vmid) =>
        File.Exists(Tree.Log)
            ?
            [
                .. File.ReadAllLines(Tree.Log)
                    .Select(Json)
                    .Where(record => record.GetProperty("vmid").GetInt32() == vmid),
            ]
            : [];

    /// <summary>The current health of a VM as shown by <c>inspect</c>.</summary>
    public JsonElement Inspect(int vmid) => Json(Must(Tree.Hook(["inspect", $"{vmid}", "--json"])).Output);

    public void Dispose()
    {
        foreach (int vmid in _vmids)
        {
            _ = Qm("kill", vmid);
        }

        Tree.Dispose();
    }

    /// <summary>The last boot of a VM, asserting that the host recorded what the guest's firmware held at its end.</summary>
    private GuestBoot Recorded(int vmid)
    {
        GuestBoot boot = Boots(vmid)[^1];
        JsonElement record = Records(vmid)[^1];
        GuestHealth.Of(record).ShouldBe(boot.Wrote);
        record.TryGetProperty("warning", out JsonElement warning).ShouldBeFalse(warning.ToString());
        return boot;
    }

    private string Serial(int vmid)
    {
        string path = Tree.Path($"/run/qemu-server/{vmid}.serial");
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }

    private static JsonElement Json(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private ProgramResult Qm(string command, int vmid, params string[] arguments) =>
        ProgramResult.Run(
            Repository.File("tests", "e2e", "qm"),
            [command, vmid.ToString(CultureInfo.InvariantCulture), .. arguments],
            QmPatience,
            ("LAMBOOT_ROOT", Tree.Root)
        );

    private static ProgramResult Must(ProgramResult result)
    {
        result.ExitCode.ShouldBe(0, result.Output + result.Error);
        return result;
    }
}
