using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;
using LamBoot.Nvram.Variables;

namespace LamBoot.Fleet.Tests.SecureBoot;

/// <summary>A store written by firmware, with other keys in it.</summary>
internal sealed class KeyStore
{
    private static readonly EfiTime Now = new(2026, 1, 1, 0, 0, 0);

    private readonly VariableWriter _writer;

    private KeyStore(VariableWriter writer) => _writer = writer;

    /// <summary>
    /// A store from the corpus: <c>template-2m-ms</c> has Microsoft's 2011 keys with Secure Boot off; <c>confirmed-4m</c> has none.
    /// </summary>
    public static KeyStore Of(string image)
    {
        VariableWriter.TryOpen(CorpusImage.Get(image).ReadBytes(), out VariableWriter? writer, out string reason);
        return new(writer.ShouldNotBeNull(reason));
    }

    public StoreImage Image => new([.. _writer.Image], _writer.Image.Length);

    public KeyStore With(string key, params IEnumerable<string> subjects)
    {
        foreach (string subject in subjects)
        {
            SecureBootKeys.Append(_writer, key, Certificate(subject), Now);
        }

        return this;
    }

    public KeyStore With2023() =>
        With(SecureBootKeys.Db, MicrosoftCertificates.WindowsOf2023, MicrosoftCertificates.UefiOf2023)
            .With(SecureBootKeys.Kek, MicrosoftCertificates.KekOf2023);

    /// <summary>Turns Secure Boot on, as in the firmware's menu.</summary>
    public KeyStore SwitchedOn()
    {
        SecureBootKeys.SwitchOn(_writer);
        return this;
    }

    /// <summary>Adds a certificate to shim's own list.</summary>
    public KeyStore WithShim(string subject)
    {
        Guid shim = new("605dab50-e046-4300-abb6-3dd810dd8b23");
        _writer.Set("MokList", shim, VariableAttributes.NonVolatile, Certificate(subject));
        return this;
    }

    private static byte[] Certificate(string subject)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={subject}", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        return SignatureListWriter.OfCertificate(made.RawData, Guid.Empty);
    }
}
