namespace LamBoot.Nvram.Layout;

/// <summary>VARIABLE_STORE_HEADER (MdeModulePkg/Include/Guid/VariableFormat.h), right after a volume's header.</summary>
internal static class VariableStoreHeader
{
    /// <summary>sizeof (VARIABLE_STORE_HEADER).</summary>
    public const int Size = At.Reserved + Length.Reserved;

    /// <summary>VARIABLE_STORE_FORMATTED.</summary>
    public const byte Formatted = 0x5a;

    /// <summary>VARIABLE_STORE_HEALTHY.</summary>
    public const byte Healthy = 0xfe;

    /// <summary>The offset of each field, in bytes; the signature is the first.</summary>
    public static class At
    {
        public const int Size = EfiGuids.Size;
        public const int Format = Size + Length.Size;
        public const int State = Format + Length.Format;
        public const int Reserved = State + Length.State;
    }

    private static class Length
    {
        public const int Size = sizeof(uint);
        public const int Format = 1;
        public const int State = 1;
        public const int Reserved = sizeof(ushort) + sizeof(uint);
    }
}
