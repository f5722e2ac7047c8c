using System.Globalization;

namespace LamBoot.Nvram.Variables;

/// <summary>Why an image holds no readable variable store.</summary>
public enum NvramFault
{
    /// <summary>The store's flash is erased, or was never written: there is nothing to read.</summary>
    Erased,

    /// <summary>The bytes are those of a variable store, but damaged or truncated.</summary>
    Corrupt,

    /// <summary>The bytes are not those of a variable store written by edk2.</summary>
    UnknownFormat,
}

/// <summary>What is wrong with an image, and where.</summary>
/// <param name="Fault">The kind of fault.</param>
/// <param name="Offset">The offset in the image, in bytes.</param>
/// <param name="Detail">The fault in words, without any bytes from the image.</param>
public readonly record struct NvramError(NvramFault Fault, int Offset, string Detail)
{
    /// <summary>The fault in words, with its offset.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Detail} (at offset 0x{Offset:x})");
}
