namespace LamBoot.Nvram.Layout;

/// <summary>
/// EFI_SIGNATURE_LIST (MdePkg/Include/Guid/ImageAuthentication.h): followed by a type-specific header, then signatures of equal size
/// (EFI_SIGNATURE_DATA: SignatureOwner, then the data).
/// </summary>
internal static class SignatureListHeader
{
    /// <summary>sizeof (EFI_SIGNATURE_LIST).</summary>
    public const int Size = At.SignatureSize + sizeof(uint);

    /// <summary>The size of what precedes a signature's data: SignatureOwner.</summary>
    public const int OwnerSize = EfiGuids.Size;

    /// <summary>The offset of each field, in bytes; SignatureType is the first.</summary>
    public static class At
    {
        public const int SignatureListSize = EfiGuids.Size;
        public const int SignatureHeaderSize = SignatureListSize + sizeof(uint);
        public const int SignatureSize = SignatureHeaderSize + sizeof(uint);
    }
}
