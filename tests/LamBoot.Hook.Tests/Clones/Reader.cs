using System.Diagnostics;
using System.Globalization;

namespace LamBoot.Hook.Tests.Clones;

/// <summary>A process with a given command line, a VM's QEMU's or another, which reads files on request.</summary>
internal sealed class Reader : IDisposable
{
    private const string Script = "while IFS= read -r file; do IFS= read -r text <\"$file\"; echo read; done";

    private readonly Process _process;

    private Reader(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
    }

    /// <summary>A VM's QEMU by its command line: with Proxmox VE's <c>-id</c>, and the files named in args.</summary>
    public static Reader Qemu(int vmid, params string[] args) =>
        new("/bin/sh", ["-c", Script, "kvm", "-id", vmid.ToString(CultureInfo.InvariantCulture), .. args]);

    /// <summary>The same with another user's privileges.</summary>
    public static Reader QemuOfNobody(int vmid, params string[] args) =>
        new(
            "setpriv",
            ["--reuid=65534", "sh", "-c", Script, "kvm", "-id", vmid.ToString(CultureInfo.InvariantCulture), .. args]
        );

    /// <summary>Any other process: a backup, an administrator's cat.</summary>
    public static Reader Other() => new("/bin/sh", ["-c", Script]);

    /// <summary>Its process ID.</summary>
    public int Id => _process.Id;

    /// <summary>Reads files one after another, immediately.</summary>
    public void Read(params string[] files)
    {
        _process.StandardInput.Write(string.Concat(files.Select(file => file + "\n")));
        _process.StandardInput.Flush();
        foreach (string _ in files)
        {
            _process.StandardOutput.ReadLine().ShouldBe("read");
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
