using System.Globalization;
using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Commands.Attach;

/// <summary>
/// The configurations in which there was nothing to do, each by its file's stamp: one that is as it was then need not be read again. In
/// <c>/run/lamboot</c>: what they were looked at for, then a VM a line; without it all are read.
/// </summary>
internal sealed class KnownConfigs
{
    private const int MaximumSize = 16 << 20;
    private const int Mode = 0x180; // 0600

    private readonly string _path;
    private readonly Dictionary<int, string> _before = [];
    private readonly StringBuilder _now = new();
    private bool _isChanged;

    /// <summary>Those that are known.</summary>
    /// <param name="root">The host.</param>
    /// <param name="purpose">What they are looked at for; what is known for another is nothing.</param>
    public KnownConfigs(HostRoot root, string purpose)
    {
        _path = root.Resolve($"{HostRoot.RunFolder}/clones");
        _now.Append(purpose).Append('\n');
        string[] lines = Read().Split('\n');
        foreach (string line in lines[0] == purpose ? lines[1..] : [])
        {
            int blank = line.IndexOf(' ', StringComparison.Ordinal);
            if (
                blank > 0
                && int.TryParse(line.AsSpan(0, blank), NumberStyles.None, CultureInfo.InvariantCulture, out int vmid)
            )
            {
                _before[vmid] = line[(blank + 1)..];
            }
        }
    }

    /// <summary>Whether a VM's configuration is as it was when there was nothing to do.</summary>
    public bool Has(int vmid, string stamp) => _before.GetValueOrDefault(vmid) == stamp;

    /// <summary>Keeps that there is nothing to do.</summary>
    public void Add(int vmid, string stamp)
    {
        _isChanged |= !_before.Remove(vmid, out string? before) || before != stamp;
        _now.Append(CultureInfo.InvariantCulture, $"{vmid} {stamp}\n");
    }

    /// <summary>Writes what is known. Where that cannot be, more is read the next time.</summary>
    public void Save()
    {
        if (!_isChanged && _before.Count == 0)
        {
            return;
        }

        try
        {
            HostFile.CreatePrivateFolder(Path.GetDirectoryName(_path)!);
            HostFile.Replace(_path, Encoding.UTF8.GetBytes(_now.ToString()), Mode);
        }
        catch (HostException)
        {
            // nothing else is lost
        }
    }

    private string Read()
    {
        try
        {
            return Encoding.UTF8.GetString(HostFile.ReadAllOrNull(_path, MaximumSize, followLink: false) ?? []);
        }
        catch (HostException)
        {
            return ""; // all are read
        }
    }
}
