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
                    "a change to the variable store was interrupted: restored the previous store; run the command that changed it again"
                );
            }
            else if (recovery == StoreRecovery.WrittenSince)
            {
                log.Note(
                    "a change to the variable store was interrupted, but the store has been written since: left unchanged"
                );
            }
        }
        catch (HostException e)
        {
            log.Fail(
                $"a change to the variable store was interrupted, and the previous store could not be restored: {e.Message}"
            );
        }
    }
}
