using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Nvram.SecureBoot;

namespace LamBoot.Commands.SecureBoot;

/// <summary>The files that keys to enroll come in, read as signature lists.</summary>
internal static class KeyFile
{
    private const int MaximumFile = 4 << 20;

    /// <summary>Reads a file of keys.</summary>
    /// <exception cref="HostException">It cannot be read, or is none.</exception>
    public static byte[] ReadKeys(string path, Guid owner) =>
        SignatureFile.Read(FileReader.ReadAll(path, MaximumFile), owner)
        ?? throw new HostException(
            $"{path} is no certificate (PEM or DER), nor a signature list (.esl, .auth); openssl x509 -in {path} tells"
        );

    /// <summary>Reads a file of certificates alone.</summary>
    /// <inheritdoc cref="ReadKeys"/>
    public static byte[] ReadCertificates(string path, Guid owner)
    {
        IReadOnlyList<byte[]> certificates = SignatureFile.ReadCertificates(FileReader.ReadAll(path, MaximumFile));
        return certificates.Count > 0
            ? [.. certificates.SelectMany(certificate => SignatureListWriter.OfCertificate(certificate, owner))]
            : throw new HostException($"{path} is no certificate (PEM or DER); openssl x509 -in {path} tells");
    }
}
