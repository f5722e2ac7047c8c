using LamBoot.Linux;

namespace LamBoot.Pve.Qemu;

/// <summary>
/// Whether a VM's QEMU has reached its main loop: by then it has read every file named on its command line. Without a JSON parser, for
/// the hook.
/// </summary>
public static class QemuMainLoop
{
    private const int TimeoutMilliseconds = 500; // another QMP client may be connected, and QEMU serves one at a time
    private const int MaximumAnswer = 4096;

    /// <summary>
    /// Asks by QMP. The greeting proves nothing, because a thread of its own sends it while QEMU still starts; commands are executed in the
    /// main loop.
    /// </summary>
    /// <returns>Whether it is known.</returns>
    public static bool IsKnownToRun(HostRoot root, int vmid)
    {
        string path = root.Resolve($"/run/qemu-server/{vmid}.qmp");
        using UnixSocket? socket = UnixSocket.Connect(path, TimeoutMilliseconds);
        return socket is not null
            && socket.Send("{\"execute\":\"qmp_capabilities\"}\n"u8)
            && HasReturned(socket, Environment.TickCount64 + TimeoutMilliseconds);
    }

    private static bool HasReturned(UnixSocket socket, long end)
    {
        byte[] answer = new byte[MaximumAnswer];
        int filled = 0;
        while (answer.AsSpan(0, filled).IndexOf("{\"return\""u8) < 0)
        {
            int left = (int)(end - Environment.TickCount64);
            int received = left > 0 ? socket.Receive(answer.AsSpan(filled), left) : 0;
            if (received <= 0)
            {
                return false;
            }

            filled += received;
        }

        return true;
    }
}
