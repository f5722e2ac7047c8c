using LamBoot.Fleet;
using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Check;

/// <summary>The checks of the hookscripts named by attached VMs: ours, usually one for all of them.</summary>
internal static class SnippetChecks
{
    private const string Reinstall = "apt install --reinstall lamboot-hook (or ./FILE.deb)";

    public static IEnumerable<Finding> Run(HostRoot root, IReadOnlyList<CheckedVm> vms)
    {
        string[] volumes = [.. vms.Where(vm => vm.HasHookscript).Select(vm => vm.Config.Hookscript!).Distinct()];
        return volumes.Length == 0
            ? BeforeAttach(root)
            : volumes.Order(StringComparer.Ordinal).SelectMany(volume => Check(root, volume));
    }

    /// <summary>Finds what to know before the first attach; a snippet that no VM names need not exist.</summary>
    private static IEnumerable<Finding> BeforeAttach(HostRoot root) =>
        Hookscript.Find(root, LamBootPaths.UsualHookscript).Fault == HookscriptFault.StorageWithoutSnippets
            ? Check(root, LamBootPaths.UsualHookscript)
            : [];

    private static IEnumerable<Finding> Check(HostRoot root, string volume)
    {
        Hookscript script = Hookscript.Find(root, volume);
        string? id = script.Fault switch
        {
            HookscriptFault.None => null,
            HookscriptFault.StorageUnknown => "snippet-storage-unknown",
            HookscriptFault.StorageUnusable => "snippet-storage-unusable",
            HookscriptFault.StorageDisabled => "snippet-storage-disabled",
            HookscriptFault.StorageWithoutSnippets => "snippet-storage-content",
            HookscriptFault.NotExecutable => "snippet-not-executable",
            _ => "snippet-missing",
        };
        if (id is not null)
        {
            yield return FindingCatalogue.Of(id, null, $"hookscript {volume}: {script.Reason}", Fix(script));
        }

        if (script.IsRunnable && Version(root, script) is { } finding)
        {
            yield return finding;
        }
    }

    private static string Fix(Hookscript script)
    {
        bool isPackages = script is { Volume: LamBootPaths.UsualHookscript, Fault: HookscriptFault.Missing };
        string?[] ways =
        [
            isPackages ? Reinstall : script.Fix,
            script.IsRunnable ? "this can wait" : "to take it off its VMs instead: lamboot-hook detach --all",
        ];
        return string.Join("; ", ways.Where(way => way is not null));
    }

    /// <summary>Runs the snippet as Proxmox VE does and asks for its version, which comes from the installed program.</summary>
    private static Finding? Version(HostRoot root, Hookscript script)
    {
        string expected = $"lamboot-hook {Product.Version}";
        string said;
        try
        {
            said = script.Run(root, "--version").Trim();
        }
        catch (HostException e)
        {
            said = e.Message;
        }

        if (said == expected)
        {
            return null;
        }

        bool isOther = said.StartsWith("lamboot-hook ", StringComparison.Ordinal) && said.Length < expected.Length + 10;
        return isOther
            ? FindingCatalogue.Of(
                "snippet-version",
                null,
                $"hookscript {script.Volume} runs {said}, but this is {expected}",
                $"install {script.Path} and the program it runs from the same version"
            )
            : FindingCatalogue.Of(
                "snippet-broken",
                null,
                $"hookscript {script.Volume} does not run lamboot-hook{(said.Length == 0 ? "" : $": {said}")}",
                script.Volume == LamBootPaths.UsualHookscript
                    ? Reinstall
                    : $"copy /var/lib/vz/snippets/lamboot-hook to {script.Path}, or {Reinstall}"
            );
    }
}
