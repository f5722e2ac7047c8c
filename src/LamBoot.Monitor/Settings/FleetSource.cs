using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Monitor.Settings;

/// <summary>fleet.toml, which may be edited while in use: after a broken edit, the last valid version stays in force.</summary>
/// <param name="path">The file.</param>
internal sealed class FleetSource(string path)
{
    private const int MaximumSize = 1 << 20;

    private FleetToml? _last;
    private byte[]? _bytes;

    /// <summary>Reads the file; returns the same object as before if the content is the same.</summary>
    public FleetToml Read()
    {
        byte[]? bytes = ReadBytes();
        bool isSame = bytes is null ? _bytes is null : _bytes is not null && bytes.AsSpan().SequenceEqual(_bytes);
        if (_last is not null && isSame)
        {
            return _last;
        }

        _bytes = bytes;
        FleetToml fleet = FleetToml.Read(path);
        if (fleet.Errors.Count > 0)
        {
            ErrorLog.Write(
                $"{fleet.Errors[0]}; {(_last is null ? "continuing with what can be read of it" : "keeping the last good one")}"
            );
        }

        bool isUsable = fleet.Errors.Count == 0 || _last is null;
        return _last = isUsable ? fleet : _last!;
    }

    private byte[]? ReadBytes()
    {
        try
        {
            return FileReader.ReadAllOrNull(path, MaximumSize);
        }
        catch (HostException)
        {
            return []; // parsing it as fleet.toml reports why
        }
    }
}
