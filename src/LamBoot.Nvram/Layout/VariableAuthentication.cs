namespace LamBoot.Nvram.Layout;

/// <summary>
/// EFI_VARIABLE_AUTHENTICATION_2 (MdePkg/Include/Guid/ImageAuthentication.h): an EFI_TIME, then a WIN_CERTIFICATE_UEFI_GUID of dwLength
/// bytes; the signed data follows.
/// </summary>
internal static class VariableAuthentication
{
    /// <summary>The size of the part that is always present.</summary>
    public const int MinimumSize = At.Length + MinimumCertificateSize;

    /// <summary>The minimum of dwLength: dwLength, wRevision, wCertificateType and CertType.</summary>
    public const int MinimumCertificateSize = sizeof(uint) + sizeof(ushort) + sizeof(ushort) + EfiGuids.Size;

    /// <summary>The wRevision.</summary>
    public const ushort Revision = 0x0200;

    /// <summary>WIN_CERT_TYPE_EFI_GUID.</summary>
    public const ushort EfiGuidType = 0x0ef1;

    /// <summary>The offset of each field, in bytes; TimeStamp is the first.</summary>
    public static class At
    {
        public const int Length = EfiTime.Size;
        public const int Revision = Length + sizeof(uint);
        public const int CertificateType = Revision + sizeof(ushort);
    }
}
