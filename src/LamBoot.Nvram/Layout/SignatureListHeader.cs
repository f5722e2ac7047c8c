namespace LamBoot.Nvram.Layout;

/// <summary>
/// EFI_SIGNATURE_LIST (MdePkg/Include/Guid/ImageAuthentication.h): a header of its type's own follows it, then signatures of
/// one size (EFI_SIGNATURE_DATA: SignatureOwner, then the data).
/// </summary>
internal static class SignatureListHeader
{
    /// <summary>sizeof (EFI_SIGNATURE_LIST).</summary>
    public const int Size = At.SignatureSize + sizeof(uint);

    /// <summary>The bytes of a signature in front of its data: SignatureOwner.</summary>
    public const int OwnerSize = EfiGuids.Size;

    /// <summary>Where each field begins, in bytes; SignatureType is the first.</summary>
    public static class At
    {
        public const int SignatureListSize = EfiGuids.Size;
        public const int SignatureHeaderSize = SignatureListSize + sizeof(uint);
        public const int SignatureSize = SignatureHeaderSize + sizeof(uint);
    }
}
