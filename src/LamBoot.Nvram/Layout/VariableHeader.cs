using System.Buffers.Binary;

namespace LamBoot.Nvram.Layout;

/// <summary>
/// VARIABLE_HEADER and AUTHENTICATED_VARIABLE_HEADER (MdeModulePkg/Include/Guid/VariableFormat.h): the field offsets of either. The
/// authenticated one has three more fields before the sizes; all headers of a store are of one kind.
/// </summary>
internal readonly struct VariableHeader
{
    /// <summary>VARIABLE_DATA, the StartId of every header.</summary>
    public const ushort StartId = 0x55aa;

    /// <summary>HEADER_ALIGNMENT: headers begin at multiples of it, relative to the start of the store.</summary>
    public const int Alignment = 4;

    /// <summary>Creates the header of one kind of store.</summary>
    public VariableHeader(bool authenticated)
    {
        IsAuthenticated = authenticated;
        NameSize = authenticated ? At.AuthenticatedSizes : At.Sizes;
        Size = NameSize + Length.NameSize + Length.DataSize + EfiGuids.Size;
    }

    /// <summary>Whether it has the fields of authenticated variables.</summary>
    public bool IsAuthenticated { get; }

    /// <summary>sizeof (VARIABLE_HEADER) or sizeof (AUTHENTICATED_VARIABLE_HEADER).</summary>
    public int Size { get; }

    /// <summary>The offset of NameSize.</summary>
    public int NameSize { get; }

    /// <summary>The offset of DataSize.</summary>
    public int DataSize => NameSize + Length.NameSize;

    /// <summary>The offset of VendorGuid; the name follows it.</summary>
    public int VendorGuid => DataSize + Length.DataSize;

    /// <summary>A size rounded up to the next header.</summary>
    public static long Align(long size) => (size + Alignment - 1) & -Alignment;

    /// <summary>Writes the header of an added variable; MonotonicCount and PubKeyIndex stay 0.</summary>
    public void Write(
        Span<byte> header,
        VariableAttributes attributes,
        EfiTime timeStamp,
        int nameSize,
        int dataSize,
        Guid vendor
    )
    {
        BinaryPrimitives.WriteUInt16LittleEndian(header, StartId);
        header[At.State] = VariableState.Added;
        BinaryPrimitives.WriteUInt32LittleEndian(header[At.Attributes..], (uint)attributes);
        if (IsAuthenticated)
        {
            timeStamp.Write(header[At.TimeStamp..]);
        }

        BinaryPrimitives.WriteInt32LittleEndian(header[NameSize..], nameSize);
        BinaryPrimitives.WriteInt32LittleEndian(header[DataSize..], dataSize);
        vendor.TryWriteBytes(header[VendorGuid..]);
    }

    /// <summary>The offsets of the fields that are at the same place in both, in bytes; StartId is the first.</summary>
    public static class At
    {
        public const int State = Length.StartId;
        public const int Reserved = State + Length.State;
        public const int Attributes = Reserved + Length.Reserved;
        public const int Sizes = Attributes + Length.Attributes;
        public const int MonotonicCount = Attributes + Length.Attributes;
        public const int TimeStamp = MonotonicCount + Length.MonotonicCount;
        public const int PubKeyIndex = TimeStamp + EfiTime.Size;
        public const int AuthenticatedSizes = PubKeyIndex + Length.PubKeyIndex;
    }

    private static class Length
    {
        public const int StartId = sizeof(ushort);
        public const int State = 1;
        public const int Reserved = 1;
        public const int Attributes = sizeof(uint);
        public const int MonotonicCount = sizeof(ulong);
        public const int PubKeyIndex = sizeof(uint);
        public const int NameSize = sizeof(uint);
        public const int DataSize = sizeof(uint);
    }
}
