namespace LamBoot.Monitor.Survey;

/// <summary>
/// Reads that earlier surveys abandoned and that still hang: meanwhile, their VMs, or whole storages, are not read again.
/// </summary>
internal sealed class HangingReads
{
    private readonly List<StorageReader> _storages = [];
    private readonly Dictionary<int, (StorageReader Reader, int Index)> _vms = [];

    /// <summary>Whether a VM's storage, or the read of its own store, still hangs.</summary>
    public bool Has(VmToRead vm) => _storages.Any(reader => reader.Storage == vm.Storage) || _vms.ContainsKey(vm.Vmid);

    /// <summary>Drops the reads that have ended.</summary>
    public void Update()
    {
        _storages.RemoveAll(reader => !reader.Hangs);
        foreach ((int vmid, (StorageReader reader, int index)) in _vms)
        {
            _ = reader.IsHanging(index) || _vms.Remove(vmid);
        }
    }

    /// <summary>Adds the hanging reads of a finished reader.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="vms">Its VMs, in its order.</param>
    public void Add(StorageReader reader, IReadOnlyList<VmToRead> vms)
    {
        for (int index = 0; index < vms.Count; index++)
        {
            if (reader.IsHanging(index))
            {
                _vms[vms[index].Vmid] = (reader, index);
            }
        }

        if (reader.Hangs)
        {
            _storages.Add(reader);
        }
    }
}
