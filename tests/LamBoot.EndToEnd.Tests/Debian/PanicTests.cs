using System.Text.RegularExpressions;

namespace LamBoot.EndToEnd.Tests.Debian;

/// <summary>A Linux guest that panics, under real firmware.</summary>
public sealed partial class PanicTests
{
    [Fact]
    public void What_the_kernel_said_is_in_the_store_when_the_guest_is_dead()
    {
        using DebianGuest guest = new();
        guest.Add("panic");

        guest.Boot()["backend"].ShouldStartWith("efi"); // efi_pstore of later kernels

        DumpName().Count(guest.Node.Tree.Hook(["inspect", "100", "--all"]).Output).ShouldBeGreaterThan(1);
        guest.Node.Records(100).Count.ShouldBe(1);
    }

    [GeneratedRegex(@"\bdump-type0-\d+-1-\d+-C\b")]
    private static partial Regex DumpName();
}
