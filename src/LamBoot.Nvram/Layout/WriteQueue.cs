namespace LamBoot.Nvram.Layout;

/// <summary>
/// EFI_FAULT_TOLERANT_WRITE_HEADER (MdeModulePkg/Universal/FaultTolerantWriteDxe/FaultTolerantWrite.h): a write in the queue. Its flags are
/// the first byte; bits are set by clearing them, as flash requires. Fields are aligned to their sizes.
/// </summary>
internal static class WriteHeader
{
    /// <summary>sizeof (EFI_FAULT_TOLERANT_WRITE_HEADER).</summary>
    public const int Size = At.PrivateDataSize + sizeof(ulong);

    /// <summary>WritesAllocated: its records are present.</summary>
    public const byte WritesAllocated = 0x02;

    /// <summary>Complete: all of them are done.</summary>
    public const byte Complete = 0x04;

    /// <summary>The offset of each field, in bytes.</summary>
    public static class At
    {
        public const int CallerId = sizeof(uint);
        public const int NumberOfWrites = CallerId + EfiGuids.Size + Padding;
        public const int PrivateDataSize = NumberOfWrites + sizeof(ulong);

        private const int Padding = 4;
    }
}

/// <summary>EFI_FAULT_TOLERANT_WRITE_RECORD: one block of a write; the caller's private data follows it.</summary>
internal static class WriteRecord
{
    /// <summary>sizeof (EFI_FAULT_TOLERANT_WRITE_RECORD): flags, then Lba, Offset, Length and RelativeOffset.</summary>
    public const int Size = sizeof(ulong) + (4 * sizeof(ulong));

    /// <summary>SpareComplete: the new bytes are in the spare block.</summary>
    public const byte SpareComplete = 0x02;

    /// <summary>DestinationComplete: the new bytes are in their own block.</summary>
    public const byte DestinationComplete = 0x04;
}
