using System.Globalization;

namespace LamBoot.Package.Tests.Example;

/// <summary>
/// A VM in a host tree: it boots and stops at given times, and the hook runs at each start and stop as under Proxmox VE, with the clock set
/// to that time.
/// </summary>
/// <param name="host">The host.</param>
/// <param name="vmid">The VM.</param>
/// <param name="store">Its variable store.</param>
/// <param name="image">The path of its EFI disk.</param>
/// <param name="events">What happens on the host, and when.</param>
internal sealed class SimulatedVm(
    HostTree host,
    int vmid,
    SimulatedStore store,
    string image,
    List<(DateTime At, Action What)> events
)
{
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    /// <summary>Whether the clock can be set for a program.</summary>
    public static bool CanRun => File.Exists(FakeTime);

    /// <summary>It starts and comes up, and its guest reports that.</summary>
    public void Start(DateTime at, string entry)
    {
        Begin(at, entry);
        Write(at.AddSeconds(20), store.Confirm);
    }

    /// <summary>The same, and it stops a while later.</summary>
    public void Run(DateTime at, string entry, TimeSpan time)
    {
        Start(at, entry);
        Phase(at + time, "post-stop");
    }

    /// <summary>It starts, its kernel panics, and it is stopped from the host.</summary>
    public void RunToPanic(DateTime at, string entry, byte[] panic)
    {
        Begin(at, entry);
        Write(at.AddSeconds(9), () => store.Panic(panic, at.AddSeconds(9)));
        Phase(at.AddSeconds(95), "post-stop");
    }

    /// <summary>It starts, nothing is heard from it, and it is stopped from the host.</summary>
    public void RunInVain(DateTime at, string entry)
    {
        Begin(at, entry);
        Phase(at.AddMinutes(6), "post-stop");
    }

    private void Begin(DateTime at, string entry)
    {
        Write(at.AddSeconds(-5), () => { });
        Phase(at.AddSeconds(-4), "pre-start");
        Write(at, () => store.Boot(at, entry));
    }

    /// <summary>Changes the store, and writes it to the EFI disk.</summary>
    private void Write(DateTime at, Action change) =>
        events.Add(
            (
                at,
                () =>
                {
                    change();
                    File.WriteAllBytes(host.Path(image), store.Image);
                }
            )
        );

    private void Phase(DateTime at, string phase) =>
        events.Add(
            (
                at,
                () =>
                    host.Phase(
                            vmid,
                            phase,
                            ("LD_PRELOAD", FakeTime),
                            ("FAKETIME", at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
                            ("TZ", "UTC")
                        )
                        .ExitCode.ShouldBe(0)
            )
        );
}
