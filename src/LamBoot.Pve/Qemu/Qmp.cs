using LamBoot.Linux;

namespace LamBoot.Pve.Qemu;

/// <summary>Queries a running QEMU.</summary>
internal static class Qmp
{
    private const int TimeoutMilliseconds = 500;

    /// <summary>QEMU's run state (qapi/run-state.json: <c>running</c>, <c>paused</c>, <c>io-error</c>, …).</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <returns>The state, or null if QEMU does not answer in time.</returns>
    public static string? QueryStatus(HostRoot root, int vmid)
    {
        try
        {
            using QmpClient qemu = QmpClient.Connect(root, vmid, TimeoutMilliseconds);
            string text = QmpClient.TextOf(qemu.Execute("{\"execute\":\"query-status\"}"u8), "status") ?? "";
            return
                text.Length is > 0 and <= 32
                && Array.TrueForAll(text.ToCharArray(), c => char.IsAsciiLetterLower(c) || c == '-')
                ? text
                : null;
        }
        catch (HostException)
        {
            return null;
        }
    }
}
