namespace LamBoot.Monitor.Tests.Output;

/// <summary>A node whose guests wrote hostile text.</summary>
internal static class ReportNode
{
    public static readonly TheoryData<string> HostileEntries =
    [
        "\u001b[2J\u001b]0;owned\u0007",
        "a\"b\\c\nlamboot_vm_crashes{vmid=\"999\"} 1\n",
        "\u202eevil\u2066\u200b",
        new string('%', 128),
        "</title><script>document.title='owned'</script><img src=x onerror=document.title='owned'>",
        "'\"><svg onload=alert(1)>&amp;",
    ];

    public static HostTree Node()
    {
        HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.AddVm(100, "confirmed-4m");
        tree.AddVm(101, "panic-255");
        tree.AddVm(102, more: $"args: {HostTree.Args}102.json\n"); // its image is missing
        return tree;
    }
}
