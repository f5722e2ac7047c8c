using System.Runtime.InteropServices;

namespace LamBoot.Package.Tests;

/// <summary>The programs in <c>out/arm64/bin</c> under QEMU's user emulation, in a folder that replaces <c>out/bin</c>.</summary>
public sealed class Arm64Programs : IDisposable
{
    private const string Qemu = "/usr/bin/qemu-aarch64";
    private const string Libraries = "/usr/aarch64-linux-gnu";

    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lamboot-arm64-");

    public Arm64Programs()
    {
        if (Missing is not null)
        {
            return;
        }

        // The hook executes the program beside it, but the kernel cannot run one of another architecture: a script is there instead.
        DirectoryInfo hook = _folder.CreateSubdirectory("hook");
        string copy = Path.Combine(hook.FullName, "lamboot-hook");
        File.Copy(Built("lamboot-hook"), copy);
        Script(Path.Combine(hook.FullName, "lamboot-hook-commands"), Built("lamboot-hook-commands"));
        Script(Path.Combine(Folder, "lamboot-hook"), copy);
        Script(Path.Combine(Folder, "lamboot-hook-commands"), Built("lamboot-hook-commands"));
        Script(Path.Combine(Folder, "lamboot-pve-monitor"), Built("lamboot-pve-monitor"));
    }

    /// <summary>Why the programs cannot run here; null if they can.</summary>
    public static string? Missing =>
        RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "on arm64 all other tests are of these programs"
        : !File.Exists(Qemu) || !File.Exists("/usr/bin/aarch64-linux-gnu-gcc")
            ? "a compiler for arm64 or QEMU's user emulation cannot be installed here"
        : null;

    /// <summary>The folder that replaces <c>out/bin</c>.</summary>
    public string Folder => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Built(string program) => Repository.File("out", "arm64", "bin", program);

    private static void Script(string path, string program)
    {
        File.WriteAllText(path, $"#!/bin/sh\nexec {Qemu} -L {Libraries} {program} \"$@\"\n");
        File.SetUnixFileMode(path, Executable);
    }
}
