using System.Diagnostics;
using System.Text.Json;

namespace LamBoot.Commands.Tests.SecureBoot;

/// <summary><c>enroll</c>, <c>restore</c> and <c>apply</c>: the store that a stopped VM has, on whatever it lies.</summary>
public sealed class EnrollTests
{
    private const string Ms = "/usr/share/OVMF/OVMF_VARS_4M.ms.fd";

    [Theory]
    [InlineData("raw")]
    [InlineData("raw in a larger volume")]
    [InlineData("qcow2")]
    [InlineData("linked qcow2")]
    [InlineData("device")]
    [InlineData("qcow2 on a device")]
    public void A_certificate_is_enrolled_wherever_the_store_is_and_taken_back(string kind)
    {
        using Node node = new(kind);
        string[] before = node.Variables();

        ProgramResult enrolled = node.Enroll();

        enrolled.ShouldBe(new(0, enrolled.Output, ""));
        enrolled.Output.ShouldMatch(
            "^VM 100: db: 'LamBoot Test'\nVM 100: enrolled; the store before is /var/lib/lamboot/backup/100-[^ ]+.fd, and lamboot-hook restore 100 puts it back\n$"
        );
        JsonElement keys = node.SecureBoot();
        keys.GetProperty("lamboot_certificate").GetProperty("subject").GetString().ShouldBe("LamBoot Test");
        keys.GetProperty("microsoft_2011").GetArrayLength().ShouldBe(3);
        node.Variables().Where(line => !line.StartsWith("db ")).ShouldBe(before.Where(line => !line.StartsWith("db ")));
        node.Enroll().ShouldBe(new(0, "VM 100: already enrolled; nothing changed\n", ""));

        ProgramResult restored = node.Tree.Hook(["restore", "100"]);

        restored.ExitCode.ShouldBe(0, restored.Error);
        node.Variables().ShouldBe(before);
        node.Tree.Hook(["restore", "100"])
            .Output.ShouldContain(" already; lamboot-hook restore 100 --list shows others");
        node.Variables().ShouldBe(before); // what was undone is not brought back
        node.ShouldBeTidy();
    }

    [Fact]
    public void A_store_without_keys_gets_a_full_set_of_ours_or_Microsofts_too()
    {
        using Node node = new("raw");
        File.Copy("/usr/share/OVMF/OVMF_VARS_4M.fd", node.Tree.ImagePath(100), overwrite: true);
        node.Enroll("--setup")
            .Output.ShouldStartWith(
                "VM 100: switches Secure Boot on: from the next boot on only what 'LamBoot Test' signed boots (1 certificate in db): "
                    + "not Windows, nor a distribution's own loader\n"
                    + "VM 100: KEK: 'LamBoot Test'\nVM 100: PK: 'LamBoot Test'\nVM 100: db: 'LamBoot Test'\n"
            );
        Names(node.SecureBoot(), "pk").ShouldBe(["LamBoot Test"]);
        node.Tree.Hook(["restore", "100"]);

        node.Enroll("--setup", "--microsoft").Error.ShouldContain("pve-edk2-firmware");
        Directory.CreateDirectory(node.Tree.Path("/usr/share/pve-edk2-firmware"));
        File.Copy(Ms, node.Tree.Path("/usr/share/pve-edk2-firmware/OVMF_VARS_4M.ms.fd"));
        ProgramResult enrolled = node.Enroll("--setup", "--microsoft");

        enrolled.ExitCode.ShouldBe(0, enrolled.Error);
        enrolled.Output.ShouldContain("signed boots (3 certificates in db)\n");
        JsonElement keys = node.SecureBoot();
        keys.GetProperty("enforced").GetBoolean().ShouldBeTrue();
        Names(keys, "db")
            .ShouldBe(["Microsoft Windows Production PCA 2011", "Microsoft Corporation UEFI CA 2011", "LamBoot Test"]);
        Names(keys, "pk").ShouldBe(["Debian UEFI Secure Boot (PK/KEK key)"]);
    }

    [Fact]
    public void Secure_Boot_is_not_switched_on_unasked()
    {
        using Node node = new("raw");
        File.Copy("/usr/share/OVMF/OVMF_VARS_4M.fd", node.Tree.ImagePath(100), overwrite: true);
        byte[] before = File.ReadAllBytes(node.Tree.ImagePath(100));

        node.Enroll()
            .ShouldBe(
                new(
                    1,
                    "",
                    "lamboot-hook: VM 100: the store is in setup mode: this would switch Secure Boot on, and only what 'LamBoot Test' signed "
                        + "boots (1 certificate in db): not Windows, nor a distribution's own loader; nothing changed: --setup does it\n"
                )
            );
        string output = node.Tree.Path("/new.fd");
        node.Tree.Hook([
                "enroll",
                "--vars",
                "/usr/share/OVMF/OVMF_VARS_4M.fd",
                "--out",
                output,
                "--cert",
                node.Certificate,
            ])
            .ExitCode.ShouldBe(1);

        File.ReadAllBytes(node.Tree.ImagePath(100)).ShouldBe(before);
        File.Exists(output).ShouldBeFalse();
        Directory.Exists(node.Tree.Path("/var/lib/lamboot/backup")).ShouldBeFalse();
    }

    [Fact]
    public void A_dry_run_says_what_it_would_do_and_does_nothing()
    {
        using Node node = new("raw");
        node.Enroll("--dry-run").ShouldBe(new(0, "VM 100: would add to db: 'LamBoot Test'\n", ""));
        File.Copy("/usr/share/OVMF/OVMF_VARS_4M.fd", node.Tree.ImagePath(100), overwrite: true);
        Dictionary<string, string> before = node.Tree.Snapshot();

        ProgramResult result = node.Enroll("--dry-run");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldStartWith(
            "VM 100: would switch Secure Boot on (--setup is needed): from the next boot on only what 'LamBoot Test' signed boots"
        );
        node.Tree.Snapshot().ShouldBe(before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_certificate_that_dbx_forbids_is_not_enrolled(bool isInStore)
    {
        using Node node = new("raw");
        if (isInStore)
        {
            node.Tree.Hook(["enroll", "100", "--cert", node.Other, "--dbx", node.Certificate]).ExitCode.ShouldBe(0);
        }

        ProgramResult result = isInStore ? node.Enroll() : node.Enroll("--dbx", node.Certificate);

        result.ShouldBe(
            new(
                1,
                "",
                "lamboot-hook: the certificate 'LamBoot Test' is in --cert and in dbx, which forbids what it signed: leave it out of one\n"
            )
        );
    }

    [Fact]
    public void A_containers_number_is_told() =>
        Refusal(200, "200 is a container: it has no UEFI firmware", ("/etc/pve/lxc/200.conf", "ostype: debian\n"));

    [Fact]
    public void A_number_of_no_VM_is_told() =>
        Refusal(300, "there is no VM 300 on this node (/etc/pve/qemu-server/300.conf); qm list shows those that are");

    private static void Refusal(int vmid, string reason, params (string Path, string Text)[] files)
    {
        using Node node = new("raw");
        foreach ((string path, string text) in files)
        {
            node.Tree.Write(path, text);
        }

        node.Tree.Hook(["enroll", $"{vmid}", "--cert", node.Certificate])
            .ShouldBe(new(1, "", $"lamboot-hook: {reason}\n"));
    }

    [Fact]
    public void Backups_are_listed_and_chosen_by_name_and_the_newest_ten_kept()
    {
        using Node node = new("raw");
        string[] original = node.Variables();
        node.Enroll();
        string first = Path.GetFileName(node.FirstBackup);
        node.Tree.Hook(["restore", "100"]).ExitCode.ShouldBe(0);

        string[] listed = node.Tree.Hook(["restore", "100", "--list"]).Output.TrimEnd().Split('\n');

        listed.Length.ShouldBe(2);
        listed[0].ShouldMatch("^100-[^ ]+-restore.fd  [-0-9]+T[:0-9]+Z  before a restore$");
        listed[1]
            .ShouldMatch(
                "^100-[^ ]+.fd  [-0-9]+T[:0-9]+Z  before a change, what 'lamboot-hook restore 100' puts back$"
            );
        node.Tree.Hook(["restore", "100", "--backup", listed[0].Split(' ')[0]]).ExitCode.ShouldBe(0); // asked for, it is
        node.SecureBoot().GetProperty("lamboot_certificate").ValueKind.ShouldBe(JsonValueKind.Object);
        foreach (string name in (string[])[first, $"/var/lib/lamboot/backup/{first}"])
        {
            node.Tree.Hook(["restore", "100", "--backup", name]).ExitCode.ShouldBe(0);
            node.Variables().ShouldBe(original);
        }

        for (int change = 0; change < 6; change++)
        {
            node.Enroll().ExitCode.ShouldBe(0);
            node.Tree.Hook(["restore", "100"]).ExitCode.ShouldBe(0);
        }

        Directory.GetFiles(node.Tree.Path("/var/lib/lamboot/backup"), "*.fd").Length.ShouldBe(10);
        node.Tree.Hook(["restore", "100", "--backup", first]).Error.ShouldContain("is no backup of VM 100");
        node.Variables().ShouldBe(original);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../backup/100.fd")]
    [InlineData("101-20260101T000000.000Z.fd")]
    public void Another_file_is_no_backup(string name)
    {
        using Node node = new("raw");
        node.Tree.Write("/var/lib/lamboot/backup/101-20260101T000000.000Z.fd", "");

        node.Tree.Hook(["restore", "100", "--backup", name])
            .ShouldBe(
                new(1, "", $"lamboot-hook: {name} is no backup of VM 100; lamboot-hook restore 100 --list shows them\n")
            );
    }

    /// <summary>An NFS server that is gone: one line, exit 1, and the VM's lock is free again.</summary>
    [Theory]
    [InlineData("enroll")]
    [InlineData("inspect")]
    public void Storage_that_hangs_is_given_up(string command)
    {
        using Node node = new("raw");
        using FuseMount mount = new(node.Tree, node.Tree.Path("/mnt/nas"));
        node.Tree.Write("/etc/pve/storage.cfg", "dir: nas\n\tpath /mnt/nas\n");
        string image = node.Tree.Path("/mnt/nas/images/100/vm-100-disk-0.raw");
        Directory.CreateDirectory(Path.GetDirectoryName(image)!);
        File.Copy(Ms, image);
        string config = File.ReadAllText(node.Tree.Config(100)).Replace("local:", "nas:", StringComparison.Ordinal);
        File.WriteAllText(node.Tree.Config(100), config);
        mount.Hang();

        Stopwatch watch = Stopwatch.StartNew();
        ProgramResult result = command == "enroll" ? node.Enroll() : node.Tree.Hook(["inspect", "100"]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldMatch(
            "^lamboot-hook: VM 100[^\n]* did not answer within 20 s: given up; see whether its storage hangs\n$"
        );
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(40));
        ProgramResult.Shell("flock -n \"$1\" true", node.Tree.LockFile(100)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public void KEK_PK_and_dbx_take_keys_and_the_owner_is_the_one_given()
    {
        using Node node = new("raw");
        const string Owner = "12345678-1234-1234-1234-123456789abc";

        ProgramResult result = node.Tree.Hook([
            "enroll",
            "100",
            "--cert",
            node.Certificate,
            "--kek",
            node.Certificate,
            "--pk",
            node.Certificate,
            "--dbx",
            node.Other,
            "--owner",
            Owner,
        ]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldStartWith(
            "VM 100: PK: 'LamBoot Test'\nVM 100: KEK: 'LamBoot Test'\nVM 100: db: 'LamBoot Test'\nVM 100: dbx: 'Other'\n"
        );
        JsonElement keys = node.SecureBoot();
        Names(keys, "kek").Length.ShouldBe(3);
        Names(keys, "dbx").ShouldBe(["Other"]);
        keys.GetProperty("dbx_digests").GetInt32().ShouldBe(1);
        keys.GetProperty("pk")[0].GetProperty("owner").GetString().ShouldBe(Owner);
    }

    [Theory]
    [InlineData("runs", "VM 100 runs, and its firmware owns the store: qm shutdown 100 first")]
    [InlineData("locked", "holds VM 100's lock; try again")]
    [InlineData("template", "VM 100 is a template")]
    [InlineData("backup", "VM 100 has 'lock: backup'")]
    [InlineData("bios", "VM 100 has no 'bios: ovmf'")]
    [InlineData("no disk", "VM 100 has no efidisk0")]
    [InlineData("reclaim", "the firmware has not finished a reclaim of the store: start the VM once")]
    [InlineData("plain", "the store has no authenticated variables")]
    [InlineData("full", "the variable store is full")]
    [InlineData("key", "is no certificate (PEM or DER)")]
    public void What_cannot_be_is_refused_and_nothing_changes(string trouble, string reason)
    {
        using Node node = new("raw");
        using Process? holder = node.Trouble(trouble);
        byte[] before = File.ReadAllBytes(node.Tree.ImagePath(100));

        ProgramResult result = node.Enroll();

        holder?.Kill(entireProcessTree: true);
        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(reason);
        result.Error.Count(c => c == '\n').ShouldBe(1);
        File.ReadAllBytes(node.Tree.ImagePath(100)).ShouldBe(before);
    }

    /// <summary>A kill at any instant leaves the old store or the new; on a device the next start puts the old one back.</summary>
    [Theory]
    [InlineData("raw", 80)]
    [InlineData("device", 100)]
    [InlineData("qcow2", 15)]
    public void A_kill_leaves_the_old_store_or_the_new(string kind, int kills)
    {
        using Node node = new(kind);
        string[] old = node.Variables();
        Stopwatch watch = Stopwatch.StartNew();
        node.Enroll().ExitCode.ShouldBe(0);
        TimeSpan whole = watch.Elapsed;
        string[] changed = node.Variables();
        Random random = new(kills);
        int unfinished = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            node.Tree.Hook(["restore", "100", "--backup", node.FirstBackup]).ExitCode.ShouldBe(0);
            using Process enroll = node.BeginEnroll();
            Thread.Sleep(whole * random.NextDouble());
            enroll.Kill();
            enroll.WaitForExit();
            unfinished += node.IsPending ? 1 : 0;
            node.Tree.Phase(100, "pre-start").ExitCode.ShouldBe(0);

            string[] now = node.Variables();
            (now.SequenceEqual(old) || Keys(now).SequenceEqual(Keys(changed))).ShouldBeTrue();
            node.IsPending.ShouldBeFalse();
        }

        if (kind != "device")
        {
            unfinished.ShouldBe(0); // what replaces a file needs no mending
        }
    }

    [Fact]
    public void A_start_says_that_it_put_a_half_written_store_back()
    {
        using Node node = new("device");
        node.Enroll();
        node.Tree.Hook(["restore", "100"]);
        File.WriteAllText(node.Tree.Path("/var/lib/lamboot/backup/100.pending"), Path.GetFileName(node.FirstBackup));
        ProgramResult
            .Shell("dd if=/dev/zero of=\"$1\" bs=4k count=3 conv=notrunc 2>&1", node.Device!)
            .ExitCode.ShouldBe(0);

        ProgramResult start = node.Tree.Phase(100, "pre-start");

        start.Error.ShouldContain("a change of the variable store was cut off: restored the store before it");
        node.Variables().ShouldNotBeEmpty();
        node.IsPending.ShouldBeFalse();
        node.Tree.Phase(100, "pre-start").Error.ShouldNotContain("cut off");
    }

    /// <summary>
    /// A power cut, the VM goes on on another node, and comes back: what its firmware wrote meanwhile is not the half of a change of ours.
    /// </summary>
    [Fact]
    public void A_store_that_was_written_since_is_left_alone()
    {
        using Node node = new("device");
        node.Enroll();
        File.WriteAllText(node.Tree.Path("/var/lib/lamboot/backup/100.pending"), Path.GetFileName(node.FirstBackup));
        string image = node.Tree.Path("/written");
        CorpusImage.Get("single-00-4m-ok").WriteTo(image);
        ProgramResult.Shell("dd if=\"$1\" of=\"$2\" conv=notrunc 2>&1", image, node.Device!).ExitCode.ShouldBe(0);
        string[] written = node.Variables();

        ProgramResult start = node.Tree.Phase(100, "pre-start");

        start.Error.ShouldContain(
            "a change of the variable store was cut off, and the store was written since: left as it is"
        );
        node.Variables().ShouldBe(written);
        node.IsPending.ShouldBeFalse();
    }

    [Fact]
    public void A_damaged_store_is_restored()
    {
        using Node node = new("raw");
        string[] before = node.Variables();
        node.Enroll();
        File.WriteAllBytes(node.Tree.ImagePath(100), new byte[540672]);

        node.Tree.Hook(["restore", "100"]).ExitCode.ShouldBe(0);

        node.Variables().ShouldBe(before);
    }

    [Fact]
    public void An_image_file_is_enrolled_into_another()
    {
        using Node node = new("raw");
        string output = node.Tree.Path("/OVMF_VARS_lamboot.fd");

        node.Tree.Hook(["enroll", "--vars", Ms, "--out", output, "--cert", node.Certificate])
            .ShouldBe(new(0, $"db: 'LamBoot Test'\n{output}: enrolled\n", ""));

        ProgramResult read = ProgramResult.Run("python3", [Repository.File("tests", "nvram", "read-store"), output]);
        read.ExitCode.ShouldBe(0, read.Error);
        node.Tree.Hook(["inspect", "--vars", output]).Output.ShouldContain("LamBoot's 'LamBoot Test', valid until ");
    }

    /// <summary>64 MiB, most of it behind the firmware volume: QEMU wants a flash of just that size.</summary>
    [Theory]
    [InlineData("raw")]
    [InlineData("qcow2")]
    public void An_image_comes_out_as_large_as_it_was(string format)
    {
        using Node node = new("raw");
        string image = node.Tree.Path($"/AAVMF_VARS.{format}");
        CorpusImage.Get("aavmf-01").WriteTo(node.Tree.Path("/aavmf.fd"));
        ProgramResult
            .Shell(
                "truncate -s 64M \"$1\" && printf tail | dd of=\"$1\" bs=1 seek=67108000 conv=notrunc 2>/dev/null && "
                    + "qemu-img convert -f raw -O \"$3\" \"$1\" \"$2\"",
                node.Tree.Path("/aavmf.fd"),
                image,
                format
            )
            .ExitCode.ShouldBe(0);
        string output = node.Tree.Path("/out.fd");

        ProgramResult result = node.Tree.Hook([
            "enroll",
            "--vars",
            image,
            "--out",
            output,
            "--cert",
            node.Certificate,
            "--setup",
        ]);

        result.ExitCode.ShouldBe(0, result.Error);
        byte[] written = File.ReadAllBytes(output);
        written.Length.ShouldBe(64 << 20);
        written.AsSpan(67108000, 4).SequenceEqual("tail"u8).ShouldBeTrue();
        node.Tree.Hook(["inspect", "--vars", output]).Output.ShouldContain("LamBoot's 'LamBoot Test', valid until ");
    }

    [Theory]
    [InlineData("a file", false, "exists already: name another file, or --force replaces it")]
    [InlineData("a file", true, null)]
    [InlineData("a link", true, "is no regular file (a device, link or folder), and is not replaced: name another")]
    [InlineData("a device", true, "is no regular file (a device, link or folder), and is not replaced: name another")]
    [InlineData("a folder", true, "is no regular file (a device, link or folder), and is not replaced: name another")]
    [InlineData("a disk", true, "is in the images of storage 'local', where VMs' disks are: name another file")]
    [InlineData(
        "a disk by a linked folder",
        true,
        "is in the images of storage 'local', where VMs' disks are: name another file"
    )]
    [InlineData("a named file", true, "is named by VM 100's configuration: name another file")]
    public void What_is_there_is_not_replaced(string kind, bool force, string? reason)
    {
        using Node node = new("raw");
        string output = node.Tree.Path("/out.fd");
        switch (kind)
        {
            case "a file":
                File.WriteAllText(output, "mine");
                break;
            case "a link":
                File.WriteAllText(node.Tree.Path("/target"), "mine");
                File.CreateSymbolicLink(output, node.Tree.Path("/target"));
                break;
            case "a device":
                output = "/dev/null";
                break;
            case "a folder":
                Directory.CreateDirectory(output);
                break;
            case "a disk":
                output = node.Tree.ImagePath(100);
                break;
            case "a disk by a linked folder":
                File.CreateSymbolicLink(node.Tree.Path("/disks"), node.Tree.Path("/var/lib/vz/images/100"));
                output = node.Tree.Path("/disks/vm-100-disk-0.raw");
                break;
            case "a named file":
                File.WriteAllText(output, "mine");
                File.AppendAllText(node.Tree.Config(100), "scsi0: /out.fd,size=1M\n");
                break;
        }

        Dictionary<string, string> before = node.Tree.Snapshot();
        string[] options = ["--vars", Ms, "--out", output, "--cert", node.Certificate];
        ProgramResult result = node.Tree.Hook(["enroll", .. options, .. force ? (string[])["--force"] : []]);

        if (reason is null)
        {
            result.ExitCode.ShouldBe(0, result.Error);
            new FileInfo(output).Length.ShouldBe(540672);
            return;
        }

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith($"lamboot-hook: {output} {reason}");
        node.Tree.Snapshot().ShouldBe(before);
    }

    /// <summary>Through the tests' qm, which wants what the real one wants.</summary>
    [Theory]
    [InlineData("raw", ",pre-enrolled-keys=1", ",efitype=4m,pre-enrolled-keys=1,format=raw")]
    [InlineData(
        "qcow2",
        ",pre-enrolled-keys=1,ms-cert=2023k",
        ",efitype=4m,pre-enrolled-keys=1,ms-cert=2023k,format=qcow2"
    )]
    [InlineData("raw", "", ",efitype=4m,pre-enrolled-keys=0,format=raw")]
    public void A_prepared_store_is_applied_by_Proxmox_VEs_own_import(string kind, string keys, string imported)
    {
        using Node node = new(kind);
        string config = File.ReadAllText(node.Tree.Config(100))
            .Replace(",pre-enrolled-keys=1", keys, StringComparison.Ordinal);
        File.WriteAllText(node.Tree.Config(100), config);
        string prepared = node.Tree.Path("/OVMF_VARS_lamboot.fd");
        node.Tree.Hook(["enroll", "--vars", Ms, "--out", prepared, "--cert", node.Certificate]).ExitCode.ShouldBe(0);
        string digest = ProgramResult.Shell("sha1sum <\"$1\" | cut -c1-40", node.Tree.Config(100)).Output.Trim();

        node.Tree.Hook(["apply", "100", "--vars", prepared, "--dry-run"])
            .Output.ShouldBe(
                $"VM 100: would run: qm set 100 --efidisk0 local:0,import-from={prepared}{imported} --digest {digest}\n"
            );
        File.ReadAllText(node.Tree.Config(100)).ShouldBe(config);
        Directory.Exists(node.Tree.Path("/var/lib/lamboot/backup")).ShouldBeFalse();
        ProgramResult applied = node.Tree.Hook(["apply", "100", "--vars", prepared]);

        applied.ExitCode.ShouldBe(0, applied.Error);
        applied.Output.ShouldContain($"has the store {prepared}; the one before is /var/lib/lamboot/backup/100-");
        applied.Error.ShouldContain("BitLocker");
        File.ReadAllText(node.Tree.Config(100)).ShouldContain($"efidisk0: local:100/vm-100-disk-1.{kind},efitype=4m");
        node.SecureBoot().GetProperty("lamboot_certificate").ValueKind.ShouldBe(JsonValueKind.Object);
        node.Tree.Hook(["restore", "100"]).ExitCode.ShouldBe(0);
        node.SecureBoot().GetProperty("lamboot_certificate").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void A_failed_apply_says_why_and_leaves_no_backup()
    {
        using Node node = new("raw");
        node.Enroll().ExitCode.ShouldBe(0);
        string prepared = node.Tree.Path("/prepared.fd");
        File.Copy(Ms, prepared);
        node.Tree.AddScript(
            QmTree.Qm,
            "printf '400 Parameter verification failed.\\nefidisk0: the cause\\n' >&2; exit 255"
        );

        ProgramResult failed = node.Tree.Hook(["apply", "100", "--vars", prepared]);

        failed.ExitCode.ShouldBe(1);
        failed.Error.ShouldEndWith("qm exited with 255: 400 Parameter verification failed.; efidisk0: the cause\n");
        Directory.GetFiles(node.Tree.Path("/var/lib/lamboot/backup")).ShouldHaveSingleItem();
        node.Tree.Hook(["restore", "100"]).ExitCode.ShouldBe(0); // undoes the enrolment still
        node.SecureBoot().GetProperty("lamboot_certificate").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    /// <summary>The tests' qm is no judge of apply unless it refuses what Proxmox VE refuses.</summary>
    [Theory]
    [InlineData(
        "--efidisk0 local:0,import-from=/x,pre-enrolled-keys=0",
        "need to specify 'efitype' when using 'import-from'"
    )]
    [InlineData(
        "--efidisk0 local:0,import-from=/x,efitype=4m",
        "need to specify 'pre-enrolled-keys' when using 'import-from'"
    )]
    [InlineData(
        "--efidisk0 local:0,import-from=/x,efitype=4m,pre-enrolled-keys=0,foo=1",
        "efidisk0.foo: property is not defined"
    )]
    [InlineData("--foo 1", "Unknown option: foo\n400 unable to parse option")]
    public void The_tests_qm_refuses_what_Proxmox_VEs_refuses(string options, string reason)
    {
        using Node node = new("raw");
        string config = File.ReadAllText(node.Tree.Config(100));

        ProgramResult result = ProgramResult.Run(
            node.Tree.Path(QmTree.Qm),
            ["set", "100", .. options.Split(' ')],
            ("LAMBOOT_ROOT", node.Tree.Root)
        );

        result.ExitCode.ShouldNotBe(0);
        result.Error.ShouldContain(reason);
        result.Error.TrimEnd().Split('\n').Length.ShouldBeGreaterThan(1);
        File.ReadAllText(node.Tree.Config(100)).ShouldBe(config);
    }

    [Theory]
    [InlineData("/usr/share/OVMF/OVMF_VARS.fd", "does not fit: it is a store of 131072 bytes")]
    [InlineData("/etc/passwd", "no firmware volume (_FVH) begins here")]
    [InlineData("/nowhere", "cannot open /nowhere")]
    public void A_store_that_does_not_fit_is_not_applied(string path, string reason)
    {
        using Node node = new("raw");

        ProgramResult result = node.Tree.Hook(["apply", "100", "--vars", path]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(reason);
    }

    private static string[] Names(JsonElement keys, string key) =>
        [
            .. keys.GetProperty(key)
                .EnumerateArray()
                .Select(certificate => certificate.GetProperty("subject").GetString()!),
        ];

    /// <summary>Variables without the times of signatures, which a fresh PK would have.</summary>
    private static IEnumerable<string> Keys(string[] variables) =>
        variables.Select(line => line.Split(' ')[0] + line.Split(' ')[^1]);

    /// <summary>A node with VM 100, whose store has Microsoft's keys.</summary>
    private sealed class Node : IDisposable
    {
        public Node(string kind)
        {
            Assert.SkipUnless(File.Exists(Ms), "ovmf cannot be installed here");
            Tree = new HostTree().AddQm();
            Certificate = MakeCertificate("LamBoot Test");
            Other = MakeCertificate("Other");
            string name = kind.Contains("qcow2", StringComparison.Ordinal)
                ? "vm-100-disk-0.qcow2"
                : "vm-100-disk-0.raw";
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
                Ms,
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
            + Directory
                .GetFiles(Tree.Path("/var/lib/lamboot/backup"), "100-*.fd")
                .Select(Path.GetFileName)
                .Order()
                .First();

        public ProgramResult Enroll(params string[] more) =>
            Tree.Hook(["enroll", "100", "--cert", Certificate, .. more]);

        public Process BeginEnroll()
        {
            ProcessStartInfo start = new(
                Repository.File("out", "bin", "lamboot-hook"),
                ["enroll", "100", "--cert", Certificate]
            )
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

        /// <summary>Nothing is left behind but backups.</summary>
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

        private JsonElement Inspect()
        {
            ProgramResult result = Tree.Hook(["inspect", "100", "--all", "--json"]);
            result.ExitCode.ShouldBe(0, result.Error);
            return JsonDocument.Parse(result.Output).RootElement;
        }

        /// <summary>Makes the image a loop device, which the tree has a link to.</summary>
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
}
