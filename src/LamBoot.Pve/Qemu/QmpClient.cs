using System.Text.Json;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Pve.Qemu;

/// <summary>
/// A QMP session with a running QEMU (QEMU, docs/interop/qmp-spec), which allows only one at a time: while Proxmox VE has one, QEMU does
/// not greet us, and we give up at once. QEMU may be hung or compromised by a guest, so every wait and every answer is bounded.
/// </summary>
internal sealed class QmpClient : IDisposable
{
    private const int GreetingMilliseconds = 500;
    private const int MaximumAnswer = 64 << 10; // including the events before it

    private readonly UnixSocket _socket;
    private readonly string _path;
    private readonly long _end;
    private readonly byte[] _buffer = new byte[MaximumAnswer];
    private int _filled;

    private QmpClient(UnixSocket socket, string path, long end) => (_socket, _path, _end) = (socket, path, end);

    /// <summary>Starts a session.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="milliseconds">The limit for the whole session.</param>
    /// <exception cref="HostException">No greeting arrives in time.</exception>
    public static QmpClient Connect(HostRoot root, int vmid, int milliseconds)
    {
        string path = root.Resolve($"/run/qemu-server/{vmid}.qmp");
        long begun = Environment.TickCount64;
        UnixSocket socket =
            UnixSocket.Connect(path, GreetingMilliseconds)
            ?? throw new HostException($"nothing is listening on {path}");
        QmpClient client = new(socket, path, begun + milliseconds);
        try
        {
            using (client.ReadLine(line => line.TryGetProperty("QMP", out _), begun + GreetingMilliseconds)) { }
            client.Execute("{\"execute\":\"qmp_capabilities\"}"u8);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Executes a command.</summary>
    /// <param name="command">The command, JSON in one line.</param>
    /// <param name="file">A descriptor to pass to QEMU along with it, or null.</param>
    /// <returns>What the command returns.</returns>
    /// <exception cref="HostException">QEMU rejects it, or does not answer in time.</exception>
    public JsonElement Execute(ReadOnlySpan<byte> command, Descriptor? file = null)
    {
        if (!(file is null ? _socket.Send([.. command, (byte)'\n']) : _socket.Send([.. command, (byte)'\n'], file)))
        {
            throw NoAnswer();
        }

        using JsonDocument answer = ReadLine(
            line => line.TryGetProperty("return", out _) || line.TryGetProperty("error", out _),
            _end
        );
        return answer.RootElement.TryGetProperty("return", out JsonElement returned)
            ? returned.Clone()
            : throw new HostException(Refusal(answer.RootElement.GetProperty("error")));
    }

    /// <summary>A string in an answer; null if there is none.</summary>
    public static string? TextOf(JsonElement answer, string name)
    {
        try
        {
            bool isText =
                answer.ValueKind == JsonValueKind.Object
                && answer.TryGetProperty(name, out JsonElement text)
                && text.ValueKind == JsonValueKind.String;
            return isText ? answer.GetProperty(name).GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // its escapes are not valid text
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>QEMU's error message, shortened.</summary>
    private static string Refusal(JsonElement error)
    {
        const int Longest = 200;
        string text = TextOf(error, "desc") ?? "no reason given";
        return $"QEMU refuses: {(text.Length <= Longest ? text : text[..Longest])}";
    }

    /// <summary>Reads the next expected line, skipping events and anything else.</summary>
    private JsonDocument ReadLine(Func<JsonElement, bool> isWanted, long end)
    {
        int read = 0; // of this answer
        while (true)
        {
            for (int length; (length = _buffer.AsSpan(0, _filled).IndexOf((byte)'\n')) >= 0; )
            {
                JsonDocument? line = Parse(_buffer.AsSpan(0, length));
                _buffer.AsSpan((length + 1).._filled).CopyTo(_buffer);
                _filled -= length + 1;
                if (line is not null && isWanted(line.RootElement))
                {
                    return line;
                }

                line?.Dispose();
            }

            int left = (int)(end - Environment.TickCount64);
            bool isInBounds = _filled < _buffer.Length && read < MaximumAnswer && left > 0;
            int count = isInBounds ? _socket.Receive(_buffer.AsSpan(_filled), left) : 0;
            if (count <= 0)
            {
                throw NoAnswer();
            }

            (_filled, read) = (_filled + count, read + count);
        }
    }

    /// <summary>Parses an object; null if the line is not one.</summary>
    private static JsonDocument? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            Utf8JsonReader reader = new(line);
            JsonDocument document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private HostException NoAnswer() =>
        new(
            HostErrorKind.Timeout,
            $"QEMU does not answer on {_path}: another program (such as Proxmox VE) is talking to it, or it hangs; try again in a moment"
        );
}
