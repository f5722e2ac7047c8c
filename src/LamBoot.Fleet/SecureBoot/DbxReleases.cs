using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;

namespace LamBoot.Fleet.SecureBoot;

/// <summary>
/// Identifies Microsoft's dbx updates by a digest that came with each, the last in its list (fwupd, fu-efi-signature-list.c). The
/// variable's timestamp cannot: all updates are signed as of the same day in 2010.
/// </summary>
public static class DbxReleases
{
    private static readonly (byte[] Digest, string Release)[] NewestFirst =
    [
        Known("90aec5c4995674a849c1d1384463f3b02b5aa625a5c320fc4fe7d9bb58a62398", "2022-08-12"),
        Known("af79b14064601bc0987d4747af1e914a228c05d622ceda03b7a4f67014fee767", "2021-04-29"),
        Known("b133de42a37376f5d91439af3d61d38201f10377c36dacd9c2610f52aa124a91", "2021-04-29"),
        Known("540801dd345dc1c33ef431b35bf4c0e68bd319b577b9abe1a9cff1cbc39f548f", "2020-07-29"),
        Known("8c8183ad9b96fe1f3c74dedb8087469227b642afe2e80f8fd22e0137c11c7d90", "2020-07-29"),
        Known("45c7c8ae750acfbb48fc37527d6412dd644daed8913ccd8a24c94d856967df8e", "2016-08-09"),
        Known("90fbe70e69d633408d3e170c6832dbb2d209e0272527dfb63d49d29572a6f44c", "2014-04-13"),
        Known("5391c3a2fb112102a6aa1edc25ae77e19f5d6f09cd09eeb2509922bfcd5992ea", "2010-03-07"),
    ];

    /// <summary>The newest known update with a digest in dbx; dbx may also contain newer ones.</summary>
    /// <param name="dbx">The value of dbx.</param>
    /// <returns>Its date; null if none matches.</returns>
    public static string? Newest(ReadOnlySpan<byte> dbx)
    {
        int newest = NewestFirst.Length;
        foreach (Signature signature in new SignatureLists(dbx))
        {
            for (int known = 0; signature.Type == EfiGuids.CertSha256 && known < newest; known++)
            {
                if (signature.Data.SequenceEqual(NewestFirst[known].Digest))
                {
                    newest = known;
                }
            }
        }

        return newest < NewestFirst.Length ? NewestFirst[newest].Release : null;
    }

    private static (byte[] Digest, string Release) Known(string digest, string release) =>
        (Convert.FromHexString(digest), release);
}
