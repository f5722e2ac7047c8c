using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Nvram.SecureBoot;

namespace LamBoot.Commands.SecureBoot;

/// <summary>Reads files of keys to enroll as signature lists.</summary>
internal static class KeyFile
{
    private const int MaximumFile = 4 << 20;

    /// <summary>Reads a key file.</summary>
    /// <exception cref="HostException">It cannot be read, or is not one.</exception>
    public static byte[] ReadKeys(string path, Guid owner) =>
        SignatureFile.Read(FileReader.ReadAll(path, MaximumFile), owner)
        ?? throw new HostException(
            $"{path} is not a PEM or DER certificate or a signature list (.esl, .auth); check it with: openssl x509 -in {path} -noout -text"
        );

    /// <summary>Reads a file that contains only certificates.</summary>
    /// <inheritdoc cref="ReadKeys"/>
    public static byte[] ReadCertificates(string path, Guid owner)
    {
        IReadOnlyList<byte[]> certificates = SignatureFile.ReadCertificates(FileReader.ReadAll(path, MaximumFile));
        return certificates.Count > 0
            ? [.. certificates.SelectMany(certificate => SignatureListWriter.OfCertificate(certificate, owner))]
            : throw new HostException(
                $"{path} is not a PEM or DER certificate; check it with: openssl x509 -in {path} -noout -text"
            );
    }
}
