using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Package.Tests.Example;

/// <summary>
/// A VM's variable store, to which the firmware, LamBoot and the guest write what they write at a boot, in the same order.
/// </summary>
internal sealed class SimulatedStore
{
    private const VariableAttributes Attributes =
        VariableAttributes.NonVolatile | VariableAttributes.BootServiceAccess | VariableAttributes.RuntimeAccess;

    private const byte Booting = 1;
    private const byte BootedOK = 2;

    private static readonly Guid LinuxCrash = new("cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0");

    private readonly VariableWriter _writer;

    /// <summary>The store of a VM that has never booted LamBoot.</summary>
    /// <param name="image">An image written by real firmware; nothing of LamBoot's or of a kernel's stays in it.</param>
    public SimulatedStore(byte[] image)
    {
        VariableWriter.TryOpen(image, out VariableWriter? writer, out string reason).ShouldBeTrue(reason);
        _writer = writer!;
        foreach ((string name, Guid vendor) in Variables(_writer.Store))
        {
            if (vendor == EfiGuids.LamBoot || vendor == LinuxCrash)
            {
                _writer.Delete(name, vendor);
            }
        }

        _writer.Compact();
    }

    /// <summary>The current image.</summary>
    public byte[] Image => _writer.Image.ToArray();

    /// <summary>The firmware starts, and LamBoot boots an entry.</summary>
    public void Boot(DateTime at, string entry)
    {
        byte[] count = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(count, BinaryPrimitives.ReadUInt32LittleEndian(Read("MTC")) + 1);
        _writer.Set("MTC", EfiGuids.MtcVendor, Attributes, count);
        bool isCrash = Read("LamBootState") is [Booting];
        Set("LamBootCrashCount", (byte)(isCrash ? Read("LamBootCrashCount")[0] + 1 : 0));
        Set("LamBootState", Booting);
        Set(
            "LamBootTimestamp",
            [
                (byte)at.Year,
                (byte)(at.Year >> 8),
                (byte)at.Month,
                (byte)at.Day,
                (byte)at.Hour,
                (byte)at.Minute,
                (byte)at.Second,
                0,
            ]
        );
        Set("LamBootVersion", [16, 11, 0, 0]);
        Set("LamBootLastEntry", Encoding.UTF8.GetBytes(entry));
    }

    /// <summary>The guest's service reports that its operating system is up.</summary>
    public void Confirm()
    {
        Set("LamBootState", BootedOK);
        Set("LamBootCrashCount", 0);
    }

    /// <summary>The guest's kernel panics and writes its log.</summary>
    /// <param name="image">A store with a real kernel's log, with times of another day in the names.</param>
    /// <param name="at">The time.</param>
    public void Panic(byte[] image, DateTime at)
    {
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _).ShouldBeTrue();
        long time = new DateTimeOffset(at, TimeSpan.Zero).ToUnixTimeSeconds();
        foreach (VariableEntry entry in store.Variables)
        {
            if (entry.VendorGuid == LinuxCrash)
            {
                string[] name = entry.Name.Split('-'); // dump-type0-PART-COUNT-TIME-C
                name[4] = time.ToString(CultureInfo.InvariantCulture);
                _writer.Set(string.Join('-', name), LinuxCrash, Attributes, entry.Data);
            }
        }
    }

    private void Set(string name, params byte[] value) => _writer.Set(name, EfiGuids.LamBoot, Attributes, value);

    private byte[] Read(string name)
    {
        Guid vendor = name == "MTC" ? EfiGuids.MtcVendor : EfiGuids.LamBoot;
        return _writer.Store.TryFind(name, vendor, out VariableEntry entry) ? entry.Data.ToArray() : [];
    }

    private static List<(string Name, Guid Vendor)> Variables(VariableStore store)
    {
        List<(string, Guid)> variables = [];
        foreach (VariableEntry entry in store.Variables)
        {
            variables.Add((entry.Name, entry.VendorGuid));
        }

        return variables;
    }
}
