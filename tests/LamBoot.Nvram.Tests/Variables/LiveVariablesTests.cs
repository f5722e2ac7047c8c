using System.Diagnostics;
using System.Security.Cryptography;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Variables;

/// <summary>Enumeration of live variables, in ordinary stores and in those that a guest designed to be slow.</summary>
public sealed class LiveVariablesTests
{
    public static TheoryData<string> RawImages => CorpusTests.RawImages;

    [Theory]
    [MemberData(nameof(RawImages))]
    public void Each_is_found_by_its_name_too(string name)
    {
        byte[] image = CorpusImage.Get(name).ReadBytes();
        VariableStore store = Open(image);
        HashSet<(Guid, string)> seen = [];
        foreach (VariableEntry variable in store.Variables)
        {
            store.TryFind(variable.Name, variable.VendorGuid, out VariableEntry found).ShouldBeTrue(variable.Name);
            found.Offset.ShouldBe(variable.Offset);
            seen.Add((variable.VendorGuid, variable.Name)).ShouldBeTrue(variable.Name);
        }

        foreach (VariableEntry entry in store.Entries)
        {
            seen.Contains((entry.VendorGuid, entry.Name)).ShouldBe(store.TryFind(entry.Name, entry.VendorGuid, out _));
        }
    }

    public static TheoryData<string> CertainImages =>
        [.. CorpusImage.All.Where(image => !image.IsQcow2 && !image.Has("ftw-ambiguous")).Select(image => image.Name)];

    /// <summary>
    /// What the firmware listed at its next boot, for vendors whose variables no firmware writes by itself: LamBoot's and the corpus's own.
    /// </summary>
    [Theory]
    [MemberData(nameof(CertainImages))]
    public void They_are_those_that_the_firmware_listed(string name)
    {
        string[] vendors =
        [
            EfiGuids.LamBoot.ToString(),
            "4c414d42-4f4f-5400-0000-000000000002",
            "11223344-5566-7788-99aa-bbccddeeff00",
            "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
        ];
        CorpusImage image = CorpusImage.Get(name);
        List<string> truths =
        [
            .. image
                .Truth.GetProperty("nv_next_boot")
                .EnumerateArray()
                .Where(truth => vendors.Contains(truth.GetProperty("guid").GetString()))
                .Select(truth =>
                    $"{truth.GetProperty("guid")} {truth.GetProperty("name")} {truth.GetProperty("attrs")} {truth.GetProperty("sha256")}"
                ),
        ];
        List<string> live = [];
        foreach (VariableEntry variable in Open(image.ReadBytes()).Variables)
        {
            string digest = Convert.ToHexStringLower(SHA256.HashData(variable.Data));
            live.Add($"{variable.VendorGuid} {variable.Name} {(uint)variable.Attributes} {digest}");
        }

        live.Where(variable => vendors.Contains(variable[..36])).ShouldBe(truths, ignoreOrder: true);
    }

    [Theory]
    [InlineData(3)] // looked up one by one
    [InlineData(400)] // through the index
    public void Of_copies_in_transition_the_last_is_live_unless_one_is_added(int names)
    {
        StoreWriter writer = new();
        for (int i = 0; i < names; i++)
        {
            writer.Add($"V{i}", [1], VariableState.InDeletedTransition);
            writer.Add($"V{i}", [2], VariableState.InDeletedTransition);
        }

        writer.Add("V1", [3]);
        VariableStore store = Open(writer.Image);
        Dictionary<string, byte> live = [];
        foreach (VariableEntry variable in store.Variables)
        {
            live.Add(variable.Name, variable.Data[0]);
        }

        live.Count.ShouldBe(names);
        live["V0"].ShouldBe((byte)2);
        live["V1"].ShouldBe((byte)3);
        live["V2"].ShouldBe((byte)2);
    }

    [Fact]
    public void Of_the_same_name_with_two_vendors_both_are_live()
    {
        Guid other = Guid.Parse("8be4df61-93ca-11d2-aa0d-00e098032b8c");
        StoreWriter writer = new();
        writer.Add("LamBootState", [1]);
        writer.Add("LamBootState", [2], vendor: other);
        VariableStore store = Open(writer.Image);
        int count = 0;
        foreach (VariableEntry _ in store.Variables)
        {
            count++;
        }

        count.ShouldBe(2);
        store.TryFind("LamBootState", other, out VariableEntry found).ShouldBeTrue();
        found.Data[0].ShouldBe((byte)2);
    }

    /// <summary>A header whose write was interrupted after the state: erased flash, which the firmware skips.</summary>
    [Fact]
    public void A_variable_whose_vendor_and_name_are_erased_is_none()
    {
        Guid erased = Guid.Parse("ffffffff-ffff-ffff-ffff-ffffffffffff");
        StoreWriter writer = new();
        writer.Add("V0", [1]);
        int at = writer.Add("", [1, 2], vendor: erased);
        writer.Image.AsSpan(at + 60, 2).Fill(0xff); // the name's NUL
        writer.Add("V1", [1], vendor: erased); // a name that was written
        List<string> live = [];
        foreach (VariableEntry variable in Open(writer.Image).Variables)
        {
            live.Add(variable.Name);
        }

        live.ShouldBe(["V0", "V1"]);
        Open(writer.Image).TryFind("", erased, out _).ShouldBeFalse();
        Open(writer.Image).TryFind("\uffff", erased, out _).ShouldBeFalse();
    }

    /// <summary>A hash of the vendor that folds its halves together gives all of these the same slot.</summary>
    [Fact]
    public void Vendors_with_equal_halves_do_not_make_it_slow()
    {
        const int Size = 1 << 20;
        StoreWriter writer = new(authenticated: false, storeSize: Size - 72, imageSize: Size);
        int count = 0;
        for (; writer.End + 64 < Size; count++)
        {
            byte[] half = BitConverter.GetBytes((long)count);
            writer.Add("", [], VariableState.InDeletedTransition, new Guid([.. half, .. half]));
        }

        Stopwatch watch = Stopwatch.StartNew();
        Walk(writer.Image).ShouldBe(count);

        count.ShouldBeGreaterThan(25_000);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(1)); // some 10 s if all collide
    }

    [Fact]
    public void Nothing_is_allocated_for_an_ordinary_store()
    {
        byte[] image = CorpusImage.Get("kill-small-00").ReadBytes(); // one in transition
        Walk(image).ShouldBe(35);
        const int Attempts = 10; // a collection started by another test's thread is counted in whichever walk it happens
        long least = Enumerable.Range(0, Attempts).Min(_ => AllocatedBy(() => Walk(image)));

        least.ShouldBe(0);
    }

    private static long AllocatedBy(Func<int> action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static int Walk(byte[] image)
    {
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _);
        int count = 0;
        foreach (VariableEntry _ in store.Variables)
        {
            count++;
        }

        store.TryFind("LamBootState", EfiGuids.LamBoot, out _);
        return count;
    }

    private static VariableStore Open(byte[] image)
    {
        VariableStore
            .TryOpen(image, image.Length, out VariableStore store, out NvramError error)
            .ShouldBeTrue(error.ToString());
        return store;
    }
}
