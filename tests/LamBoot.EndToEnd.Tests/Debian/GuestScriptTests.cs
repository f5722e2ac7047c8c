namespace LamBoot.EndToEnd.Tests.Debian;

/// <summary>The scripts in <c>etc-examples/guest</c>, run with the shells and tools of Debian and of Alpine.</summary>
public sealed class GuestScriptTests : IDisposable
{
    private const string Vendor = "4c414d42-4f4f-5400-0000-000000000001";
    private const string Dash = "dash";
    private const string Busybox = "busybox";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lamboot-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(Dash)]
    [InlineData(Busybox)]
    public void A_field_is_one_line_of_data(string shell)
    {
        string document = At("document");
        File.WriteAllText(
            document,
            """
            {
              "schema_version": "v1",
              "vmid": "100",
              "fleet_id": "a\\nb\"c\/d\te\nf",
              "role": "wéb $(reboot) `id`; %s \\",
              "hostname": "role",
              "tags_at_setup": ["web", "nginx"]
            }
            """
        );

        string[] fields = ["vmid", "fleet_id", "role", "hostname", "nothing"];
        fields
            .Select(field => Run(shell, ["lamboot-identity", field], ("LAMBOOT_FW_CFG", document)).Output)
            .ShouldBe(["100\n", "a\\nb\"c/d e f\n", "wéb $(reboot) `id`; %s \\\n", "role\n", ""]);
    }

    [Theory]
    [InlineData(Dash)]
    [InlineData(Busybox)]
    public void A_VM_without_identity_is_told_so(string shell)
    {
        ProgramResult result = Run(shell, ["lamboot-identity", "role"], ("LAMBOOT_FW_CFG", At("document")));

        (result.ExitCode, result.Output).ShouldBe((1, ""));
        result.Error.ShouldContain("this VM's host gave it no identity");
    }

    [Theory]
    [InlineData(Dash)]
    [InlineData(Busybox)]
    public void A_good_boot_is_marked_by_one_write_a_variable_and_only_where_needed(string shell)
    {
        File.WriteAllBytes(Variable("LamBootState"), [7, 0, 0, 0, 1]);
        File.WriteAllBytes(Variable("LamBootCrashCount"), [7, 0, 0, 0, 0]);

        string[] script = ["lamboot-mark-success", _folder.FullName];
        string trace = Run(shell, script, ("TRACE", "1")).Error;

        File.ReadAllBytes(Variable("LamBootState")).ShouldBe([7, 0, 0, 0, 2]);
        trace.Split('\n').Where(line => line.Contains(@"""\7\0", StringComparison.Ordinal)).Count().ShouldBe(1, trace);
        trace.ShouldContain(@"""\7\0\0\0\2"", 5)");
        DateTime written = File.GetLastWriteTimeUtc(Variable("LamBootState"));
        Run(shell, script).ShouldBe(new(0, "", ""));
        File.GetLastWriteTimeUtc(Variable("LamBootState")).ShouldBe(written);
    }

    [Theory]
    [InlineData(Dash)]
    [InlineData(Busybox)]
    public void Nothing_is_marked_without_LamBoot_or_without_UEFI(string shell)
    {
        File.WriteAllBytes(Variable("LamBootCrashCount"), [7, 0, 0, 0, 3]);

        Run(shell, ["lamboot-mark-success", _folder.FullName]).ShouldBe(new(0, "", ""));
        Run(shell, ["lamboot-mark-success", At("nothing")]).ShouldBe(new(0, "", ""));

        File.ReadAllBytes(Variable("LamBootCrashCount")).ShouldBe([7, 0, 0, 0, 3]);
        Directory.GetFiles(_folder.FullName).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData(Dash, "Wéb Server;$(x)", "w-b-server-x-100")]
    [InlineData(Busybox, "Wéb Server;$(x)", "w-b-server-x-100")]
    [InlineData(Dash, "", "vm-100")]
    [InlineData(Busybox, "--", "vm-100")]
    [InlineData(Dash, "a234567890b234567890c234567890d234567890e234", "a234567890b234567890c234567890d234567890-100")]
    public void A_machine_is_named_once_for_a_VMID(string shell, string role, string name)
    {
        string document = At("document");
        foreach (string part in new[] { "etc", "var/lib/lamboot-guest", "proc/sys/kernel" })
        {
            Directory.CreateDirectory(At(part));
        }

        File.WriteAllText(document, $$"""{"vmid": "100", "role": "{{role}}"}""");
        Run(shell, ["lamboot-hostname", _folder.FullName], ("LAMBOOT_FW_CFG", document)).ExitCode.ShouldBe(0);
        File.ReadAllText(At("etc/hostname")).ShouldBe(name + "\n");
        File.ReadAllText(At("proc/sys/kernel/hostname")).ShouldBe(name + "\n");

        File.WriteAllText(At("etc/hostname"), "mine\n");
        Run(shell, ["lamboot-hostname", _folder.FullName], ("LAMBOOT_FW_CFG", document)).ExitCode.ShouldBe(0);
        File.ReadAllText(At("etc/hostname")).ShouldBe("mine\n");

        File.WriteAllText(document, """{"vmid": "101", "role": "db"}""");
        Run(shell, ["lamboot-hostname", _folder.FullName], ("LAMBOOT_FW_CFG", document)).ExitCode.ShouldBe(0);
        File.ReadAllText(At("etc/hostname")).ShouldBe("db-101\n");
    }

    [Theory]
    [InlineData(Dash)]
    [InlineData(Busybox)]
    public void Without_an_identity_nothing_is_named_and_a_metric_of_the_source_is_taken_away(string shell)
    {
        string metric = At("lamboot.prom");
        File.WriteAllText(metric, "lamboot_identity_info{vmid=\"900\"} 1\n");

        foreach (string script in new[] { "lamboot-hostname", "lamboot-motd", "lamboot-node-exporter" })
        {
            ProgramResult result = Run(shell, [script, _folder.FullName], ("LAMBOOT_FW_CFG", At("document")));
            (result.ExitCode, result.Output).ShouldBe((0, ""));
            result.Error.ShouldContain("this VM's host gave it no identity");
        }

        Directory.GetFileSystemEntries(_folder.FullName).ShouldBeEmpty();
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private string Variable(string name) => At($"{name}-{Vendor}");

    /// <summary>Runs a script by a shell; <c>TRACE</c> has strace show its writes.</summary>
    private static ProgramResult Run(string shell, string[] script, params (string Name, string Value)[] environment)
    {
        Assert.SkipUnless(shell != Busybox || File.Exists("/bin/busybox"), "busybox cannot be installed here");
        // Files outside efivarfs may have no such attribute, so chattr is true; busybox' tools are the ones that Alpine has.
        const string Script = """
            tools=$(mktemp -d) && trap 'rm -rf "$tools"' EXIT
            ln -s /bin/true "$tools/chattr"
            shell=/bin/dash
            if [ "$1" = busybox ]; then
                for tool in awk cat chmod cut head mkdir mv od tr; do ln -s /bin/busybox "$tools/$tool"; done
                shell="/bin/busybox sh"
            fi
            script=$2/$3; shift 3
            PATH="$tools:$(dirname "$script"):$PATH"
            ${TRACE:+strace -f -e trace=write} $shell "$script" "$@"
            """;
        return ProgramResult.Run(
            "/bin/sh",
            ["-c", Script, "sh", shell, Repository.File("etc-examples", "guest"), .. script],
            environment
        );
    }
}
