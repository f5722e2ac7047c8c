using System.Globalization;

namespace LamBoot.Testing.Stores;

/// <summary>The stores of the example node (etc-examples/host), with believable entries and times, for what people read.</summary>
public static class ExampleImage
{
    /// <summary>A web server that boots.</summary>
    public const int Good = 100;

    /// <summary>A database whose kernel panics.</summary>
    public const int Crashed = 101;

    /// <summary>The store's bytes.</summary>
    public static byte[] ReadBytes(int vmid)
    {
        string folder = vmid == Crashed ? "mnt/fast/vm-disks" : "var/lib/vz/images";
        string file = string.Create(CultureInfo.InvariantCulture, $"{vmid}/vm-{vmid}-disk-0.raw.gz");
        return Gzip.Unpack(Repository.File("etc-examples", "host", folder, file));
    }
}
