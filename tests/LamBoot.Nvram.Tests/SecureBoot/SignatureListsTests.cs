using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.SecureBoot;

/// <summary>PK, KEK, db and dbx: owners, certificates' subjects, digests.</summary>
public sealed class SignatureListsTests
{
    [Fact]
    public void Microsofts_certificates_are_in_the_template_of_that_name()
    {
        byte[] image = CorpusImage.Get("template-2m-ms").ReadBytes();
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _).ShouldBeTrue();

        Subjects(store, "db", EfiGuids.ImageSecurityDatabase)
            .ShouldBe(
                ["Microsoft Windows Production PCA 2011", "Microsoft Corporation UEFI CA 2011"],
                ignoreOrder: true
            );
        Subjects(store, "KEK", EfiGuids.GlobalVariable).ShouldContain("Microsoft Corporation KEK CA 2011");
        Subjects(store, "PK", EfiGuids.GlobalVariable).ShouldHaveSingleItem().ShouldNotBeNull();
        store.TryFind("dbx", EfiGuids.ImageSecurityDatabase, out VariableEntry dbx).ShouldBeTrue();
        SignatureLists digests = new(dbx.Data);
        int count = 0;
        while (digests.MoveNext())
        {
            digests.Current.Type.ShouldBe(EfiGuids.CertSha256);
            digests.Current.Data.Length.ShouldBe(32);
            count++;
        }

        count.ShouldBeGreaterThan(0);
        digests.Rest.ShouldBe(0);
    }

    [Fact]
    public void Subjects_agree_with_the_frameworks()
    {
        byte[] image = CorpusImage.Get("template-2m-ms").ReadBytes();
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _).ShouldBeTrue();
        foreach (
            (string name, Guid vendor) in new[]
            {
                ("PK", EfiGuids.GlobalVariable),
                ("KEK", EfiGuids.GlobalVariable),
                ("db", EfiGuids.ImageSecurityDatabase),
            }
        )
        {
            store.TryFind(name, vendor, out VariableEntry variable).ShouldBeTrue();
            foreach (Signature signature in new SignatureLists(variable.Data))
            {
                using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(signature.Data);
                Certificate.Subject(signature.Data).ShouldBe(certificate.GetNameInfo(X509NameType.SimpleName, false));
                Certificate.NotAfter(signature.Data).ShouldBe(new DateTimeOffset(certificate.NotAfter));
                Certificate.IsCertificate(signature.Data).ShouldBeTrue();
            }
        }
    }

    [Theory]
    [InlineData("CN=Ünit \u001b[31m, O=x", "Ünit \u001b[31m")]
    [InlineData("O=Organization", "Organization")]
    [InlineData("C=DE", null)]
    [InlineData("", null)]
    public void A_certificates_subject_is_its_common_name_or_organization(string subject, string? name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest(
            subject,
            key,
            HashAlgorithmName.SHA256
        ).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));

        Certificate.Subject(certificate.RawData).ShouldBe(name);
    }

    [Fact]
    public void What_is_no_certificate_has_no_subject()
    {
        byte[] image = CorpusImage.Get("template-2m-ms").ReadBytes();
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _).ShouldBeTrue();
        store.TryFind("PK", EfiGuids.GlobalVariable, out VariableEntry variable).ShouldBeTrue();
        byte[] certificate = FirstSignature(variable.Data);
        Random random = new(7);
        for (int i = 0; i < 5000; i++)
        {
            byte[] damaged = certificate[..random.Next(certificate.Length)];
            for (int changes = random.Next(8); changes > 0 && damaged.Length > 0; changes--)
            {
                damaged[random.Next(Math.Min(damaged.Length, 300))] = (byte)random.Next(256);
            }

            Should.NotThrow(() => Certificate.Subject(damaged));
        }

        Certificate.Subject([]).ShouldBeNull();
        Certificate.Subject([0x30, 0x80]).ShouldBeNull();
    }

    [Theory]
    [InlineData(0u, 0u, 16u)] // a list smaller than its header
    [InlineData(60u, 0u, 0u)] // zero-size signatures: endless
    [InlineData(60u, 0u, 15u)]
    [InlineData(60u, 0u, 31u)] // not a whole number of signatures
    [InlineData(61u, 0u, 32u)] // past the end
    [InlineData(60u, 40u, 32u)]
    [InlineData(60u, 0xffffffffu, 32u)]
    [InlineData(0xffffffffu, 0u, 32u)]
    public void A_list_that_cannot_be_ends_the_enumeration(uint listSize, uint headerSize, uint signatureSize)
    {
        byte[] data = new byte[60];
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(16), listSize);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(20), headerSize);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(24), signatureSize);

        SignatureLists lists = new(data);

        lists.MoveNext().ShouldBeFalse();
        lists.Rest.ShouldBe(60);
    }

    private static byte[] FirstSignature(ReadOnlySpan<byte> data)
    {
        SignatureLists lists = new(data);
        lists.MoveNext().ShouldBeTrue();
        return lists.Current.Data.ToArray();
    }

    private static List<string?> Subjects(VariableStore store, string name, Guid vendor)
    {
        store.TryFind(name, vendor, out VariableEntry variable).ShouldBeTrue(name);
        List<string?> subjects = [];
        foreach (Signature signature in new SignatureLists(variable.Data))
        {
            signature.Type.ShouldBe(EfiGuids.CertX509);
            subjects.Add(Certificate.Subject(signature.Data));
        }

        return subjects;
    }
}
