using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace LamBoot.Testing.Trees;

/// <summary>A QEMU monitor that answers as a test specifies; one client at a time, like QEMU's own.</summary>
public sealed class QmpServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<string, string?> _answer;
    private int _clients;

    /// <summary>Listens for clients.</summary>
    /// <param name="tree">The host tree.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="answer">Returns the answer to a command line; null for none.</param>
    /// <param name="greets">Whether clients are greeted: QEMU greets none while it has another.</param>
    public QmpServer(HostTree tree, int vmid, Func<string, string?> answer, bool greets = true)
    {
        _answer = answer;
        string path = tree.Path(string.Create(CultureInfo.InvariantCulture, $"/run/qemu-server/{vmid}.qmp"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        new Thread(() => Serve(greets)) { IsBackground = true }.Start();
    }

    /// <summary>The number of clients so far.</summary>
    public int Clients => Volatile.Read(ref _clients);

    /// <summary>QEMU's answer to commands other than those under test.</summary>
    public static string Usual(string line) =>
        line.Contains("query-status", StringComparison.Ordinal)
            ? "{\"return\": {\"status\": \"running\"}}"
            : "{\"return\": {}}";

    public void Dispose() => _listener.Dispose();

    private void Serve(bool greets)
    {
        try
        {
            while (true)
            {
                using Socket client = _listener.Accept();
                Interlocked.Increment(ref _clients);
                Converse(client, greets);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // the test has ended
        }
    }

    private void Converse(Socket client, bool greets)
    {
        try
        {
            using NetworkStream stream = new(client);
            using StreamReader lines = new(stream);
            Send(client, greets ? "{\"QMP\": {\"version\": {}}}" : null);
            while (lines.ReadLine() is { } line)
            {
                Send(client, _answer(line));
            }
        }
        catch (IOException)
        {
            // it left in the middle of an answer
        }
    }

    private static void Send(Socket client, string? line)
    {
        if (line is not null)
        {
            client.Send(Encoding.UTF8.GetBytes(line + "\r\n"));
        }
    }
}
