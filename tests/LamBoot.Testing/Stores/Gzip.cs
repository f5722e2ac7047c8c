using System.IO.Compression;

namespace LamBoot.Testing.Stores;

/// <summary>Files packed by gzip(1), as stores are kept in the repository.</summary>
public static class Gzip
{
    /// <summary>The unpacked bytes of a file.</summary>
    public static byte[] Unpack(string path)
    {
        using GZipStream gzip = new(File.OpenRead(path), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }
}
