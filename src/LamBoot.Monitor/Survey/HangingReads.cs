namespace LamBoot.Monitor.Survey;

/// <summary>Reads that surveys before gave up and that hang still: their VMs, or whole storages, are not read anew meanwhile.</summary>
internal sealed class HangingReads
{
    private readonly List<StorageReader> _storages = [];
    private readonly Dictionary<int, (StorageReader Reader, int Index)> _vms = [];

    /// <summary>Whether a VM's storage hangs still, or the read of its own store does.</summary>
    public bool Has(VmToRead vm) => _storages.Any(reader => reader.Storage == vm.Storage) || _vms.ContainsKey(vm.Vmid);

    /// <summary>Forgets those that came to an end.</summary>
    public void Update()
    {
        _storages.RemoveAll(reader => !reader.Hangs);
        foreach ((int vmid, (StorageReader reader, int index)) in _vms)
        {
            _ = reader.IsHanging(index) || _vms.Remove(vmid);
        }
    }

    /// <summary>Keeps those of a reader that is over.</summary>
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
