using System.IO.Compression;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Commands.Tests.Rescue;

/// <summary><c>reset --crash</c>: a guest's crash records are removed from its store once the host has saved them.</summary>
public sealed class ResetCrashTests
{
    [Fact]
    public void Crash_records_are_kept_on_the_host_and_cleared_and_nothing_else()
    {
        using HostTree tree = Crashed("k6.1-sysrq-twice");
        string[] before = Others(tree);
        byte[] image = File.ReadAllBytes(tree.ImagePath(100));
        tree.Hook(["reset", "100", "--crash", "--dry-run"])
            .Output.ShouldMatch("^VM 100: would change crash records: [0-9]+ variables -> none\n$");
        File.ReadAllBytes(tree.ImagePath(100)).ShouldBe(image);
        Directory.Exists(tree.Path("/var/lib/lamboot/crash")).ShouldBeFalse();

        ProgramResult result = tree.Hook(["reset", "100", "--crash"]);

        result.ShouldBe(new(0, result.Output, ""));
        result.Output.ShouldMatch(
            "^VM 100: its crash records are saved in /var/lib/lamboot/crash: lamboot-hook crash 100 shows them\n"
                + "VM 100: crash records: [0-9]+ variables -> none\nVM 100: changed; "
        );
        Directory.GetFiles(tree.Path("/var/lib/lamboot/crash"), "100-*.txt").Length.ShouldBe(2);
        Records(tree).ShouldBeEmpty();
        Others(tree).ShouldBe(before);
        tree.Hook(["crash", "100"]).Output.ShouldContain("sysrq");
        tree.Hook(["reset", "100", "--crash"])
            .ShouldBe(new(1, "", "lamboot-hook: VM 100: error: no LamBoot state in its store\n"));

        tree.Hook(["restore", "100"]).ExitCode.ShouldBe(0);

        File.ReadAllBytes(tree.ImagePath(100)).ShouldBe(image);
    }

    /// <summary>What the host cannot save stays where it is.</summary>
    [Fact]
    public void Records_that_cannot_be_kept_are_not_cleared()
    {
        using HostTree tree = Crashed("k6.1-sysrq-twice");
        tree.Write("/var/lib/lamboot/crash", "a file where the folder is to be");
        byte[] image = File.ReadAllBytes(tree.ImagePath(100));

        ProgramResult result = tree.Hook(["reset", "100", "--crash"]);

        (result.ExitCode, result.Output).ShouldBe((1, ""));
        result.Error.Count(c => c == '\n').ShouldBe(1);
        File.ReadAllBytes(tree.ImagePath(100)).ShouldBe(image);
    }

    /// <summary>Without --crash they stay, which is reported: the verdict of the VM is still crashed.</summary>
    [Fact]
    public void Without_it_they_stay()
    {
        using HostTree tree = Crashed("k6.1-sysrq-twice");
        byte[] bytes = File.ReadAllBytes(tree.ImagePath(100));
        VariableWriter.TryOpen(bytes, out VariableWriter? writer, out _).ShouldBeTrue();
        LoopingNode.AddBoots(writer!);
        File.WriteAllBytes(tree.ImagePath(100), writer!.Image);
        int records = Records(tree).Count;

        ProgramResult result = tree.Hook(["reset", "100"]);

        result.Output.ShouldEndWith("VM 100: the guest's crash records stay; to clear them, use --crash\n");
        Records(tree).Count.ShouldBe(records);
    }

    private static HostTree Crashed(string name)
    {
        HostTree tree = new();
        tree.AddVm(100);
        Directory.CreateDirectory(Path.GetDirectoryName(tree.ImagePath(100))!);
        using GZipStream store = new(
            File.OpenRead(Repository.File("tests", "corpus", "crash", $"{name}.fd.gz")),
            CompressionMode.Decompress
        );
        using FileStream image = File.Create(tree.ImagePath(100));
        store.CopyTo(image);
        return tree;
    }

    private static IReadOnlyList<CrashRecord> Records(HostTree tree)
    {
        byte[] image = File.ReadAllBytes(tree.ImagePath(100));
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _).ShouldBeTrue();
        return CrashRecords.Read(store);
    }

    private static string[] Others(HostTree tree)
    {
        byte[] image = File.ReadAllBytes(tree.ImagePath(100));
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _).ShouldBeTrue();
        List<string> others = [];
        foreach (VariableEntry entry in store.Variables)
        {
            if (!entry.Name.StartsWith("dump-type0-", StringComparison.Ordinal))
            {
                others.Add($"{entry.Name} {entry.VendorGuid} {entry.Attributes} {Convert.ToHexString(entry.Data)}");
            }
        }

        return [.. others];
    }
}
