using System.Runtime.InteropServices;
using System.Text;

namespace LamBoot.Pve;

/// <summary>
/// Standard output and error, written by write(2): no console is set up at start-up, and a stream that is closed or full
/// is no reason to fail. Proxmox VE puts both into the task log.
/// </summary>
public sealed unsafe class StandardIo
{
    private readonly int _descriptor;

    private StandardIo(int descriptor) => _descriptor = descriptor;

    /// <summary>Standard output.</summary>
    public static StandardIo Output { get; } = new(1);

    /// <summary>Standard error.</summary>
    public static StandardIo Error { get; } = new(2);

    /// <summary>Writes text and the end of a line.</summary>
    /// <param name="text">The text; what a guest wrote is escaped already.</param>
    public void WriteLine(string text) => Write(Encoding.UTF8.GetBytes(text + "\n"));

    /// <summary>Writes lines, in one go.</summary>
    /// <param name="lines">The lines; what a guest wrote is escaped already.</param>
    public void WriteLines(IEnumerable<string> lines) => WriteLine(string.Join('\n', lines));

    /// <summary>Writes bytes. What cannot be written is lost.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (int written = 0; written < bytes.Length; )
            {
                nint count = Libc.Write(_descriptor, start + written, bytes.Length - written);
                if (count <= 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted)
                {
                    return;
                }

                written += (int)Math.Max(count, 0);
            }
        }
    }
}
