using LamBoot.Fleet;
using LamBoot.Linux;
using LamBoot.Pve.Config;
using LamBoot.Pve.Store;

namespace LamBoot.Hook.Store;

/// <summary>An interrupted change of a VM's variable store.</summary>
internal static class CutOffChange
{
    /// <summary>Undoes an interrupted change, such as an enroll cut off by a power failure, before QEMU opens the store.</summary>
    public static void Recover(HostRoot root, int vmid, VmConfig config, TaskLog log)
    {
        try
        {
            StoreRecovery recovery = StoreEdit.Recover(root, vmid, config, LamBootPaths.Backups);
            if (recovery == StoreRecovery.PutBack)
            {
                log.Note(
                    "a change of the variable store was cut off: restored the store before it; enroll or restore again"
                );
            }
            else if (recovery == StoreRecovery.WrittenSince)
            {
                log.Note("a change of the variable store was cut off, and the store was written since: left as it is");
            }
        }
        catch (HostException e)
        {
            log.Fail(
                $"a change of the variable store was cut off, and the store before it is not restored: {e.Message}"
            );
        }
    }
}
