using System.Globalization;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Boot;

/// <summary>
/// The devices in a VM's configuration, used to detect boot entries that lead nowhere. Disks are not read, so nothing is known about
/// partitions and files.
/// </summary>
/// <param name="config">The VM's configuration.</param>
internal sealed class VmDevices(VmConfig config)
{
    private static readonly string[] Disks = ["ide", "sata", "scsi", "virtio"];

    // Passed-through host devices, which other keys do not name.
    private static readonly string[] Passed = ["hostpci", "usb"];
    private static readonly string[] HarmlessArgs = ["-fw_cfg", "-smbios"];

    private readonly IReadOnlyDictionary<string, string> _options = config.Options;

    /// <summary>Why an entry leads nowhere; null if it may lead somewhere.</summary>
    /// <param name="path">What it loads, as text.</param>
    public string? WhyDead(string path) =>
        MayHaveOthers() ? null : path.Split('/').Select(WhyMissing).FirstOrDefault(reason => reason is not null);

    private bool MayHaveOthers() =>
        _options.Keys.Any(key => Passed.Any(passed => Number(key, passed) is not null))
        || _options
            .GetValueOrDefault("args", "")
            .Split(' ')
            .Any(word => word.StartsWith('-') && !HarmlessArgs.Contains(word));

    private string? WhyMissing(string node)
    {
        int open = node.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !node.EndsWith(')'))
        {
            return null;
        }

        string[] values = node[(open + 1)..^1].Split(',');
        return (node[..open], values) switch
        {
            ("MAC", [{ Length: 12 } mac, ..]) when !HasMac(mac) => $"no network device with MAC {mac}",
            ("HD", _) when !HasDisk((_, _) => true) => "the VM has no disk",
            ("Sata", [string port, ..])
                when Hexadecimal(port) is { } at && !HasDisk((bus, n) => IsOnSata(bus, n, at)) =>
                $"no disk at SATA port {at}",
            ("Scsi", [string target, string lun])
                when Hexadecimal(target) is { } id
                    && Hexadecimal(lun) is { } unit
                    && !HasDisk((bus, n) => bus == "scsi" && IsOnScsi(n, id, unit)) =>
                $"no SCSI disk with target {id}, LUN {unit}",
            _ => null,
        };
    }

    private bool HasDisk(Func<string, int, bool> isOne) =>
        _options.Keys.Any(key => Disks.Any(bus => Number(key, bus) is { } number && isOne(bus, number)));

    private bool HasMac(string mac) =>
        _options.Any(option =>
            Number(option.Key, "net") is not null
            && option.Value.Replace(":", "", StringComparison.Ordinal).Contains(mac, StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>On q35, IDE disks are attached to the chipset's SATA ports, in an order that depends on the release.</summary>
    private static bool IsOnSata(string bus, int number, int port) => bus == "ide" || (bus == "sata" && number == port);

    /// <summary>Whether a disk is at this place on its controller (qemu-server, QemuServer.pm, print_drivedevice_full).</summary>
    private bool IsOnScsi(int number, int target, int lun) =>
        _options.GetValueOrDefault("scsihw", "lsi") switch
        {
            "pvscsi" => number == target,
            string controller when controller.StartsWith("lsi", StringComparison.Ordinal) => number % 7 == target,
            _ => number == lun,
        };

    /// <summary>The number in a key such as <c>scsi1</c>; null if it is not of that kind.</summary>
    private static int? Number(string key, string kind) =>
        key.StartsWith(kind, StringComparison.Ordinal)
        && int.TryParse(key.AsSpan(kind.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;

    private static int? Hexadecimal(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
        && int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
}
