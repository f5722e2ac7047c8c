using LamBoot.Fleet.SecureBoot;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;

namespace LamBoot.Fleet.Tests.SecureBoot;

/// <summary>The age of dbx, judged by what is known to have come with Microsoft's updates rather than by its timestamp.</summary>
public sealed class DbxReleasesTests
{
    private const string Of2020 = "540801dd345dc1c33ef431b35bf4c0e68bd319b577b9abe1a9cff1cbc39f548f";
    private const string Of2010 = "5391c3a2fb112102a6aa1edc25ae77e19f5d6f09cd09eeb2509922bfcd5992ea";

    [Theory]
    [InlineData(null)]
    [InlineData(null, "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("2010-03-07", Of2010)]
    [InlineData("2020-07-29", Of2010, Of2020)]
    [InlineData("2020-07-29", Of2020, Of2010)]
    public void The_newest_that_is_known_counts(string? release, params string[] digests) =>
        DbxReleases.Newest(Lists(EfiGuids.CertSha256, digests)).ShouldBe(release);

    [Fact]
    public void Other_signatures_with_the_same_bytes_do_not_count() =>
        DbxReleases.Newest(Lists(EfiGuids.CertX509, [Of2020])).ShouldBeNull();

    private static byte[] Lists(Guid type, string[] digests) =>
        [
            .. digests.SelectMany(digest =>
            {
                byte[] list = SignatureListWriter.OfCertificate(Convert.FromHexString(digest), Guid.Empty);
                type.TryWriteBytes(list);
                return list;
            }),
        ];
}
