using System.Text;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.SecureBoot;

/// <summary>Keys put into a store, and the files that they come in.</summary>
public sealed class SignatureFileTests
{
    [Fact]
    public void Signatures_are_appended_once_and_what_is_there_stays()
    {
        byte[] image = CorpusImage.Get("template-2m-ms").ReadBytes();
        VariableWriter.TryOpen(image, out VariableWriter? writer, out string reason).ShouldBeTrue(reason);
        byte[] db = SecureBootKeys.ValueOf(writer!.Store, SecureBootKeys.Db).ToArray();
        writer.Store.TryFind("db", EfiGuids.ImageSecurityDatabase, out VariableEntry entry);
        EfiTime time = entry.TimeStamp;
        byte[] digests = SignatureListWriter.Append([], Digests(3));

        SecureBootKeys.Append(writer, SecureBootKeys.Db, digests, new(2026, 1, 1, 0, 0, 0)).ShouldBeTrue();
        SecureBootKeys.Append(writer, SecureBootKeys.Db, digests, new(2026, 1, 1, 0, 0, 0)).ShouldBeFalse();

        digests.Length.ShouldBe(28 + 3 * 48); // one list for all
        SecureBootKeys.ValueOf(writer.Store, SecureBootKeys.Db).ToArray().ShouldBe([.. db, .. digests]);
        writer.Store.TryFind("db", EfiGuids.ImageSecurityDatabase, out VariableEntry now);
        now.TimeStamp.ShouldBe(time); // a signed update with an earlier time still applies
        ((uint)now.Attributes).ShouldBe(0x27u);
    }

    [Theory]
    [InlineData("pem", 1)]
    [InlineData("der", 1)]
    [InlineData("two in pem", 2)]
    [InlineData("esl", 3)]
    [InlineData("auth", 3)]
    [InlineData("cut off", 0)]
    [InlineData("key", 0)]
    [InlineData("empty", 0)]
    public void Keys_come_in_many_files(string kind, int count)
    {
        using System.Security.Cryptography.RSA key = System.Security.Cryptography.RSA.Create(2048);
        System.Security.Cryptography.X509Certificates.CertificateRequest request = new(
            "CN=LamBoot Test",
            key,
            System.Security.Cryptography.HashAlgorithmName.SHA256,
            System.Security.Cryptography.RSASignaturePadding.Pkcs1
        );
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        using var other = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(2));
        byte[] der = certificate.RawData;
        byte[] signed = [.. new byte[16], 30, 0, 0, 0, 0, 2, 0xf1, 0x0e, .. new byte[22]];
        byte[] file = kind switch
        {
            "pem" => Encoding.ASCII.GetBytes("Subject: x\n" + certificate.ExportCertificatePem()),
            "der" => der,
            "two in pem" => Encoding.ASCII.GetBytes(
                certificate.ExportCertificatePem() + "\n" + other.ExportCertificatePem()
            ),
            "esl" => Digests(3),
            "auth" => [.. signed, .. Digests(3)],
            "cut off" => der[..^1],
            "key" => Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()),
            _ => [],
        };

        byte[]? lists = SignatureFile.Read(file, EfiGuids.LamBoot);

        int found = 0;
        foreach (Signature signature in new SignatureLists(lists))
        {
            found++;
            if (signature.Type == EfiGuids.CertX509)
            {
                signature.Owner.ShouldBe(EfiGuids.LamBoot);
                Certificate.Subject(signature.Data).ShouldBe("LamBoot Test");
            }
        }

        found.ShouldBe(count);
    }

    private static byte[] Digests(int count)
    {
        byte[] list = new byte[28 + count * 48];
        EfiGuids.CertSha256.TryWriteBytes(list);
        BitConverter.TryWriteBytes(list.AsSpan(16), list.Length);
        BitConverter.TryWriteBytes(list.AsSpan(24), 48);
        for (int i = 0; i < count; i++)
        {
            list[28 + i * 48 + 16] = (byte)(i + 1);
        }

        return list;
    }
}
