using System.Diagnostics;
using System.Globalization;
using LamBoot.Testing.Stores;

namespace LamBoot.Testing.Trees;

/// <summary>A test's own host tree, which the programs see as <c>--root</c>. It is deleted with the test.</summary>
public sealed class HostTree : IDisposable
{
    public const string FleetToml = """
        schema_version = 1

        [fleet]
        id = "prod-cluster-01"

        [roles]
        "100" = "webserver"

        """;

    /// <summary>A fleet.toml in which two tags assign a role each; <c>[hookscript]</c> may follow.</summary>
    public const string FleetOfTags = """
        schema_version = 1
        [fleet]
        id = "f"
        [tags]
        even = ["even"]
        odd = ["odd"]

        """;

    public const string Args = "-fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/";

    public HostTree()
    {
        Root = Directory.CreateTempSubdirectory("lamboot-test-").FullName;
        Write("/etc/hostname", "pve1\n");
        Directory.CreateDirectory(Path("/etc/pve/qemu-server"));
    }

    /// <summary>The tree's folder.</summary>
    public string Root { get; }

    public string Log => Path("/var/log/lamboot/fleet.jsonl");

    /// <summary>The location of a host path.</summary>
    public string Path(string hostPath) => Root + hostPath;

    public string Config(int vmid) =>
        Path(string.Create(CultureInfo.InvariantCulture, $"/etc/pve/qemu-server/{vmid}.conf"));

    public string Document(int vmid) =>
        Path(string.Create(CultureInfo.InvariantCulture, $"/var/lib/lamboot/{vmid}.json"));

    public void Write(string hostPath, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(hostPath))!);
        File.WriteAllText(Path(hostPath), text);
    }

    /// <summary>Replaces a file like an editor: readers see either the old text or the new.</summary>
    public void Replace(string hostPath, string text)
    {
        File.WriteAllText(Path(hostPath) + "~", text);
        File.Move(Path(hostPath) + "~", Path(hostPath), overwrite: true);
    }

    /// <summary>Adds an OVMF VM with a store from the corpus on <c>local</c>, and its configuration.</summary>
    /// <param name="vmid">The VMID.</param>
    /// <param name="image">The store's name in the corpus; null for no image.</param>
    /// <param name="more">More lines for the configuration.</param>
    public void AddVm(int vmid, string? image = null, string more = "")
    {
        Write(
            string.Create(CultureInfo.InvariantCulture, $"/etc/pve/qemu-server/{vmid}.conf"),
            $"bios: ovmf\nefidisk0: local:{vmid}/vm-{vmid}-disk-0.raw,efitype=4m,size=528K\nmemory: 2048\nname: vm{vmid}\n{more}"
        );
        if (image is not null)
        {
            CorpusImage.Get(image).WriteTo(ImagePath(vmid));
        }
    }

    /// <summary>
    /// Makes phases end within a second from now on. Use it only once the test hangs something: a phase that has to end well before that
    /// may take longer on a busy machine.
    /// </summary>
    public void HurryPhases(string hookscript = "") =>
        Write(
            "/etc/lamboot/fleet.toml",
            $"schema_version = 1\n[fleet]\nid = \"f\"\n[hookscript]\ndeadline_seconds = 1\n{hookscript}"
        );

    /// <summary>Makes the host know that a VM's guest, which has no UUID, once confirmed a boot.</summary>
    public void WasConfirmed(int vmid) =>
        Write(string.Create(CultureInfo.InvariantCulture, $"/var/lib/lamboot/state/{vmid}.boots"), "-\nconfirmed\n");

    public string ImagePath(int vmid) =>
        Path(string.Create(CultureInfo.InvariantCulture, $"/var/lib/vz/images/{vmid}/vm-{vmid}-disk-0.raw"));

    /// <summary>Proxmox VE's lock of a VM's configuration.</summary>
    public string LockFile(int vmid)
    {
        Directory.CreateDirectory(Path("/var/lock/qemu-server"));
        return Path(string.Create(CultureInfo.InvariantCulture, $"/var/lock/qemu-server/lock-{vmid}.conf"));
    }

    /// <summary>Starts a process that holds a VM's lock until it is killed.</summary>
    public Process HoldLock(int vmid)
    {
        ProcessStartInfo start = new("flock", [LockFile(vmid), "sh", "-c", "echo locked; exec sleep 60"])
        {
            RedirectStandardOutput = true,
        };
        Process holder = Process.Start(start)!;
        if (holder.StandardOutput.ReadLine() != "locked")
        {
            throw new InvalidOperationException("flock did not take the lock");
        }

        return holder;
    }

    /// <summary>Starts a process that looks like a VM's QEMU and runs until it is killed.</summary>
    public Process RunQemu(int vmid, params string[] more)
    {
        string id = vmid.ToString(CultureInfo.InvariantCulture);
        Process qemu = Process.Start("/bin/sh", ["-c", "sleep 60; :", "kvm", "-id", id, .. more]);
        Write($"/run/qemu-server/{id}.pid", $"{qemu.Id}\n");
        return qemu;
    }

    /// <summary>Runs a phase as Proxmox VE does.</summary>
    public ProgramResult Phase(int vmid, string phase, params (string Name, string Value)[] environment) =>
        Hook([vmid.ToString(CultureInfo.InvariantCulture), phase], environment);

    /// <summary>Runs lamboot-hook in this tree.</summary>
    public ProgramResult Hook(string[] arguments, params (string Name, string Value)[] environment) =>
        ProgramResult.Run(
            Repository.File("out", "bin", "lamboot-hook"),
            arguments,
            [("LAMBOOT_ROOT", Root), .. environment]
        );

    /// <summary>Runs lamboot-pve-monitor in this tree.</summary>
    public ProgramResult Monitor(params string[] arguments) =>
        ProgramResult.Run(Repository.File("out", "bin", "lamboot-pve-monitor"), arguments, [("LAMBOOT_ROOT", Root)]);

    /// <summary>All files of the tree with their content, to see what a run changes.</summary>
    public Dictionary<string, string> Snapshot() =>
        Directory
            .EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .ToDictionary(path => path[Root.Length..], path => Convert.ToHexString(File.ReadAllBytes(path)));

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
