using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;

namespace LamBoot.Hook;

/// <summary>Another hookscript that every phase runs, as configured in fleet.toml.</summary>
internal sealed class ChainedHookscript(HostRoot root, TaskLog log, string phase, string volume)
{
    /// <summary>Replaces this process with the chained hookscript; returns only on failure.</summary>
    public void Exec()
    {
        if (VmConfigFile.IsContainer(root, log.Vmid))
        {
            return;
        }

        string reason;
        try
        {
            Hookscript script = Hookscript.Find(root, volume);
            reason = script.IsRunnable ? ExecFile(root.Resolve(script.Path!)) : script.ReasonAndFix;
        }
        catch (HostException e)
        {
            reason = e.Message;
        }

        log.Fail($"the chained hookscript {volume} did not run: {reason}");
    }

    private string ExecFile(string path)
    {
        Snippet.NotifyChained();
        return ThisProcess.Exec(path, path, $"{log.Vmid}", phase);
    }
}
