using System.Globalization;
using LamBoot.Linux;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Qemu;

/// <summary>The version of QEMU with which this node starts VMs.</summary>
/// <param name="Major">The major version.</param>
/// <param name="Minor">The minor version.</param>
public readonly record struct QemuVersion(int Major, int Minor)
{
    private const string Program = "/usr/bin/kvm"; // qemu-server, QemuServer/Helpers.pm, get_command_for_arch

    /// <summary>Asks the program itself.</summary>
    /// <exception cref="HostException">It is missing, or does not report its version.</exception>
    public static QemuVersion Of(HostRoot root)
    {
        const string Prefix = "QEMU emulator version ";
        string path = root.Resolve(Program);
        string text = ChildProcess.Run(path, "--version");
        string[] parts = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..].Split('.', ' ') : [];
        return parts.Length >= 2 && TryParse(parts[0], out int major) && TryParse(parts[1], out int minor)
            ? new(major, minor)
            : throw new HostException($"{path} --version does not print QEMU's version");
    }

    /// <summary><c>10.1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
