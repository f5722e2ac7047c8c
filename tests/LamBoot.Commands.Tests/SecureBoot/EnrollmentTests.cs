using LamBoot.Commands.SecureBoot;
using LamBoot.Linux;
using LamBoot.Nvram.SecureBoot;
using LamBoot.Nvram.Variables;

namespace LamBoot.Commands.Tests.SecureBoot;

/// <summary>What enroll does to a store's keys, without a VM: here, certificates are just bytes.</summary>
public sealed class EnrollmentTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid Owner = new("12345678-1234-1234-1234-123456789abc");

    [Fact]
    public void A_store_in_setup_mode_gets_a_full_set_and_needs_to_be_asked()
    {
        EnrolledStore enrolled = Enrollment.Apply(new() { Db = [.. Key(1), .. Key(2)] }, Store(), Now);

        Counts(enrolled).ShouldBe("PK 1 KEK 2 db 2 dbx 0"); // of several, the first becomes the platform key
        enrolled.SwitchesOn.ShouldBeTrue();
        enrolled
            .Refusal(maySetUp: false)
            .ShouldStartWith("the store is in setup mode: this would turn Secure Boot on, and only what");
        enrolled.Refusal(maySetUp: true).ShouldBeNull();
        string[] lines = [.. enrolled.Lines(maySetUp: false, isDryRun: true)];
        lines[0].ShouldStartWith("would turn Secure Boot on (needs --setup): from the next boot, only what");
        lines[1..].ShouldBe(enrolled.Changes.Select(change => "would enroll " + change));
        lines.Length.ShouldBe(4);
    }

    [Fact]
    public void A_store_in_user_mode_keeps_its_keys_and_gets_what_it_has_not()
    {
        byte[] store = Enrollment.Apply(new() { Db = Key(1) }, Store(), Now).Volume;

        EnrolledStore enrolled = Enrollment.Apply(new() { Db = Key(2), Dbx = Key(3) }, store, Now);
        EnrolledStore again = Enrollment.Apply(new() { Db = Key(2), Dbx = Key(3) }, enrolled.Volume, Now);

        Counts(enrolled).ShouldBe("PK 1 KEK 1 db 2 dbx 1");
        enrolled.SwitchesOn.ShouldBeFalse();
        enrolled.Refusal(maySetUp: false).ShouldBeNull();
        enrolled
            .Lines(maySetUp: false, isDryRun: false)
            .ShouldBe(["enrolling no name in db", "enrolling no name in dbx"]);
        again.Changes.ShouldBeEmpty();
        again.Volume.ShouldBe(enrolled.Volume);
    }

    [Fact]
    public void A_stores_keys_come_from_the_template_where_there_is_one()
    {
        byte[] template = Enrollment.Apply(new() { Db = Key(8), Pk = Key(9) }, Store(), Now).Volume;

        EnrolledStore enrolled = Enrollment.Apply(new() { Db = Key(1), Template = template }, Store(), Now);

        Counts(enrolled).ShouldBe("PK 1 KEK 1 db 2 dbx 0");
        Value(enrolled, SecureBootKeys.Pk).ShouldBe(Key(9));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_dbx_forbids_is_refused_wherever_dbx_comes_from(bool isInStore)
    {
        byte[] store = isInStore ? Enrollment.Apply(new() { Db = Key(2), Dbx = Key(1) }, Store(), Now).Volume : Store();

        HostException refusal = Should.Throw<HostException>(() =>
            Enrollment.Apply(new() { Db = Key(1), Dbx = isInStore ? null : Key(1) }, store, Now)
        );

        refusal.Message.ShouldBe(
            "certificate no name is in both --cert and dbx, which forbids what it signed: remove it from one"
        );
    }

    [Fact]
    public void A_platform_key_is_one_certificate() =>
        Should
            .Throw<HostException>(() =>
                Enrollment.Apply(new() { Db = Key(1), Pk = [.. Key(1), .. Key(2)] }, Store(), Now)
            )
            .Message.ShouldBe("PK must be one certificate, but this has 2");

    private static byte[] Store() => new StoreWriter().Image;

    private static byte[] Key(byte number) => SignatureListWriter.OfCertificate([number, 0, 0, number], Owner);

    private static byte[] Value(EnrolledStore enrolled, string key)
    {
        VariableStore.TryOpen(enrolled.Volume, enrolled.Volume.Length, out VariableStore store, out _).ShouldBeTrue();
        return SecureBootKeys.ValueOf(store, key).ToArray();
    }

    private static string Counts(EnrolledStore enrolled)
    {
        string Count(string key)
        {
            int count = 0;
            foreach (Signature _ in new SignatureLists(Value(enrolled, key)))
            {
                count++;
            }

            return $"{key} {count}";
        }

        string[] keys = [SecureBootKeys.Pk, SecureBootKeys.Kek, SecureBootKeys.Db, SecureBootKeys.Dbx];
        return string.Join(" ", keys.Select(Count));
    }
}
