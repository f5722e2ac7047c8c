namespace LamBoot.Nvram.Layout;

/// <summary>
/// EFI_FAULT_TOLERANT_WORKING_BLOCK_HEADER (MdeModulePkg/Include/Guid/SystemNvDataGuid.h), in a block after the store. It is followed by
/// its write queue, then by the spare block.
/// </summary>
internal static class WorkingBlockHeader
{
    /// <summary>sizeof (EFI_FAULT_TOLERANT_WORKING_BLOCK_HEADER).</summary>
    public const int Size = At.WriteQueueSize + sizeof(ulong);

    // Bits of the flags; set by clearing them, as flash requires.

    /// <summary>WorkingBlockValid.</summary>
    public const byte Valid = 0x01;

    /// <summary>WorkingBlockInvalid.</summary>
    public const byte Invalid = 0x02;

    /// <summary>The offset of each field, in bytes; the signature is the first.</summary>
    public static class At
    {
        public const int Crc = EfiGuids.Size;
        public const int Flags = Crc + sizeof(uint);
        public const int WriteQueueSize = Flags + 1 + Reserved;

        private const int Reserved = 3;
    }
}
