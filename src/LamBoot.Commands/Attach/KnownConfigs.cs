using System.Globalization;
using System.Text;
using LamBoot.Fleet;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Commands.Attach;

/// <summary>
/// The configurations that needed no change, by their files' stamps: an unchanged one need not be read again. Kept in <c>/run/lamboot</c>:
/// a line with the purpose of the check, then one line per VM; without the file, all configurations are read.
/// </summary>
internal sealed class KnownConfigs
{
    private const int MaximumSize = 16 << 20;
    private const int Mode = 0x180; // 0600

    private readonly string _path;
    private readonly Dictionary<int, string> _before = [];
    private readonly StringBuilder _now = new();
    private bool _isChanged;

    /// <summary>Reads the known configurations.</summary>
    /// <param name="root">The host.</param>
    /// <param name="purpose">The purpose of the check; entries for another purpose are ignored.</param>
    public KnownConfigs(HostRoot root, string purpose)
    {
        _path = root.Resolve(LamBootPaths.Clones);
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

    /// <summary>Whether a VM's configuration is unchanged since it last needed no change.</summary>
    public bool Has(int vmid, string stamp) => _before.GetValueOrDefault(vmid) == stamp;

    /// <summary>Notes that a configuration needs no change.</summary>
    public void Add(int vmid, string stamp)
    {
        _isChanged |= !_before.Remove(vmid, out string? before) || before != stamp;
        _now.Append(CultureInfo.InvariantCulture, $"{vmid} {stamp}\n");
    }

    /// <summary>Saves the entries. If that fails, more is read next time.</summary>
    public void Save()
    {
        if (!_isChanged && _before.Count == 0)
        {
            return;
        }

        try
        {
            HostFolder.CreatePrivate(Path.GetDirectoryName(_path)!);
            AtomicFile.Replace(_path, Encoding.UTF8.GetBytes(_now.ToString()), Mode, LamBootPaths.Temporary);
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
            return Encoding.UTF8.GetString(FileReader.ReadAllOrNull(_path, MaximumSize, followLink: false) ?? []);
        }
        catch (HostException)
        {
            return ""; // then all are read
        }
    }
}
