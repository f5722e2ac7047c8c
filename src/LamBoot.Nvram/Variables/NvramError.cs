using System.Globalization;

namespace LamBoot.Nvram.Variables;

/// <summary>Why an image holds no readable variable store.</summary>
public enum NvramFault
{
    /// <summary>The store's flash is erased, or was never written: nothing is left to read.</summary>
    Erased,

    /// <summary>The bytes are of a variable store, and damaged or cut off.</summary>
    Corrupt,

    /// <summary>The bytes are not of a variable store that edk2 writes.</summary>
    UnknownFormat,
}

/// <summary>What is wrong with an image, and where.</summary>
/// <param name="Fault">The kind of fault.</param>
/// <param name="Offset">Where in the image, in bytes.</param>
/// <param name="Detail">The fault in words, without bytes of the image's own.</param>
public readonly record struct NvramError(NvramFault Fault, int Offset, string Detail)
{
    /// <summary>The fault in words, with its offset.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Detail} (at offset 0x{Offset:x})");
}
