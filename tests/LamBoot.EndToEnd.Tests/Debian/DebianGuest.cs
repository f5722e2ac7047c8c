using System.Text;

namespace LamBoot.EndToEnd.Tests.Debian;

/// <summary>
/// VM 100 with the Debian from <c>tests/guest</c>, booted by real firmware: its systemd runs <c>etc-examples/guest</c>, and a plan prints
/// the results.
/// </summary>
internal sealed class DebianGuest : IDisposable
{
    private const int Vmid = 100;
    private const string PlanWord = "lamboot.plan=";
    private const string Mark = "guest: ";

    private static readonly string NewQemu = Repository.File("out", "guest", "qemu", "bin", "qemu-system-x86_64");

    public DebianGuest()
    {
        Assert.SkipUnless(
            File.Exists(Repository.File("out", "guest", "root.ext4")),
            "the Debian guest is not built: tests/guest/build, which needs debootstrap and Debian's mirror"
        );
    }

    public GuestNode Node { get; } = new();

    /// <summary>Adds the VM.</summary>
    /// <param name="plan">What the guest does, as defined in <c>tests/guest/plan</c> and <c>tests/guest/init</c>.</param>
    /// <param name="store">Its variable store; null for an empty one.</param>
    /// <param name="resets">Whether a panic resets the machine instead of ending QEMU.</param>
    public void Add(string plan, byte[]? store = null, bool resets = false)
    {
        string guest = Repository.File("out", "guest");
        string end = resets ? "" : " -no-reboot";
        Node.AddVm(
            Vmid,
            attached: false,
            args: $"-m 512{end} -kernel {guest}/vmlinuz -initrd {guest}/initramfs.gz"
                + $" -append 'console=ttyS0 quiet panic=-1 systemd.show_status=no {PlanWord}{plan}'"
                + $" -drive if=none,id=root,format=raw,snapshot=on,file={guest}/root.ext4 -device virtio-blk-pci,drive=root"
        );
        if (store is not null)
        {
            File.WriteAllBytes(Node.Tree.ImagePath(Vmid), store);
        }
    }

    /// <summary>Gives the VM another plan for its next start.</summary>
    public void ChangePlan(string from, string to)
    {
        string config = Node.Tree.Config(Vmid);
        string text = File.ReadAllText(config);
        text.ShouldContain(PlanWord + from + "'");
        File.WriteAllText(config, text.Replace(PlanWord + from, PlanWord + to, StringComparison.Ordinal));
    }

    /// <summary>Adds the VM, which prints its identity, and attaches it through every channel supported by the available QEMU.</summary>
    /// <param name="role">The role of VM 100 and of its clone 101.</param>
    public void AddAttached(string role)
    {
        bool isNew = File.Exists(NewQemu);
        Node.Tree.Write(
            "/etc/lamboot/fleet.toml",
            $"""
            schema_version = 1
            [fleet]
            id = "prod-cluster-01"
            [roles]
            100 = '{role}'
            101 = '{role}'
            [hookscript]
            channels = ["fw_cfg", "systemd"{(isNew ? ", \"smbios\"" : "")}]
            """
        );
        if (isNew)
        {
            Directory.CreateDirectory(Node.Tree.Path("/usr/bin"));
            File.CreateSymbolicLink(Node.Tree.Path("/usr/bin/kvm"), NewQemu);
        }

        Add("identity");
        ProgramResult attach = Node.Tree.Hook(["attach", "100"]);
        attach.ExitCode.ShouldBe(0, attach.Output + attach.Error);
    }

    /// <summary>Skips a test that needs the SMBIOS strings.</summary>
    public static void SkipWithoutNewQemu() =>
        Assert.SkipUnless(File.Exists(NewQemu), "no QEMU 10: tests/guest/qemu could not get Debian 13's");

    /// <summary>Starts a VM and waits for it to end.</summary>
    /// <returns>What the guest printed, by name.</returns>
    public Dictionary<string, string> Boot(int vmid = Vmid)
    {
        Node.Start(vmid, "");
        string serial = Node.Wait(vmid, seconds: 300);
        string[] lines = [.. serial.Split('\n').Select(line => line.Trim('\r'))];
        Dictionary<string, string> printed = lines
            .Where(line => line.StartsWith(Mark, StringComparison.Ordinal))
            .Select(line => line[Mark.Length..].Split(' ', 2))
            .Where(words => words.Length == 2)
            .ToDictionary(words => words[0], words => Encoding.UTF8.GetString(Convert.FromBase64String(words[1])));
        lines.ShouldContain(Mark + "done", serial);
        return printed;
    }

    public void Dispose() => Node.Dispose();
}
