using System.Text.Json;
using LamBoot.Linux;

namespace LamBoot.Pve.Qemu;

/// <summary>
/// What a running QEMU says of itself (QEMU, docs/interop/qmp-spec). It may be hung, or in a guest's hands: every wait and
/// every answer has a bound.
/// </summary>
internal static class Qmp
{
    private const int TimeoutMilliseconds = 500;
    private const int MaximumAnswer = 64 << 10;

    /// <summary>QEMU's run state (qapi/run-state.json: <c>running</c>, <c>paused</c>, <c>io-error</c>, …).</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <returns>The state, or null where QEMU does not answer in time.</returns>
    public static string? QueryStatus(HostRoot root, int vmid)
    {
        using UnixSocket? socket = UnixSocket.Connect(
            root.Resolve($"/run/qemu-server/{vmid}.qmp"),
            TimeoutMilliseconds
        );
        byte[] commands = "{\"execute\":\"qmp_capabilities\"}\n{\"execute\":\"query-status\"}\n"u8.ToArray();
        if (socket is null || !socket.Send(commands))
        {
            return null;
        }

        byte[] answer = new byte[MaximumAnswer];
        int end = 0;
        long deadline = Environment.TickCount64 + TimeoutMilliseconds;
        while (end < answer.Length && Environment.TickCount64 < deadline)
        {
            int read = socket.Receive(answer.AsSpan(end));
            if (read <= 0)
            {
                return null;
            }

            end += read;
            if (FindStatus(answer.AsSpan(0, end)) is { } status)
            {
                return status;
            }
        }

        return null;
    }

    private static string? FindStatus(ReadOnlySpan<byte> lines)
    {
        for (int end; (end = lines.IndexOf((byte)'\n')) >= 0; lines = lines[(end + 1)..])
        {
            // The greeting, the answer to qmp_capabilities and events have no status.
            if (lines[..end].IndexOf("\"status\""u8) >= 0 && Parse(lines[..end]) is { } status)
            {
                return status;
            }
        }

        return null;
    }

    private static string? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            Utf8JsonReader reader = new(line);
            using JsonDocument json = JsonDocument.ParseValue(ref reader);
            bool isAnswer =
                json.RootElement.TryGetProperty("return", out JsonElement answer)
                && answer.ValueKind == JsonValueKind.Object
                && answer.TryGetProperty("status", out JsonElement status)
                && status.ValueKind == JsonValueKind.String;
            string text = isAnswer ? answer.GetProperty("status").GetString()! : "";
            return
                text.Length is > 0 and <= 32
                && Array.TrueForAll(text.ToCharArray(), c => char.IsAsciiLetterLower(c) || c == '-')
                ? text
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
