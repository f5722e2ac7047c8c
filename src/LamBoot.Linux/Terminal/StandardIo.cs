using System.Runtime.InteropServices;
using System.Text;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Terminal;

/// <summary>
/// Standard output and error, written with write(2): no console is initialized at startup, and a closed or full stream is no reason to
/// fail. Proxmox VE puts both into the task log.
/// </summary>
public sealed unsafe class StandardIo
{
    private readonly int _descriptor;

    private StandardIo(int descriptor) => _descriptor = descriptor;

    /// <summary>Standard output.</summary>
    public static StandardIo Output { get; } = new(1);

    /// <summary>Standard error.</summary>
    public static StandardIo Error { get; } = new(2);

    /// <summary>Whether the stream has no reader any more (EPIPE).</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether some output was lost: the stream is closed or full, or has no reader.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Whether anything was written.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>The size of the terminal that it leads to, in characters; null if it leads to none.</summary>
    public (int Columns, int Rows)? TerminalSize
    {
        get
        {
            const int GetWindowSize = 0x5413; // TIOCGWINSZ
            ushort* size = stackalloc ushort[4];
            bool isTerminal = FileCalls.IoControl(_descriptor, GetWindowSize, size) == 0;
            return isTerminal ? (size[1] == 0 ? 80 : size[1], size[0] == 0 ? 24 : size[0]) : null;
        }
    }

    /// <summary>Writes text and a newline.</summary>
    /// <param name="text">The text; guest-written parts are already escaped.</param>
    public void WriteLine(string text) => Write(text + "\n");

    /// <summary>Writes text.</summary>
    /// <param name="text">The text; guest-written parts are already escaped.</param>
    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes lines in one go.</summary>
    /// <param name="lines">The lines; guest-written parts are already escaped.</param>
    public void WriteLines(IEnumerable<string> lines) => WriteLine(string.Join('\n', lines));

    /// <summary>Writes bytes. Whatever cannot be written is lost.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (int written = 0; written < bytes.Length; )
            {
                nint count = FileCalls.Write(_descriptor, start + written, bytes.Length - written);
                if (count <= 0 && Marshal.GetLastPInvokeError() != ErrorNumber.Interrupted)
                {
                    HasFailed = true;
                    IsBroken = Marshal.GetLastPInvokeError() == ErrorNumber.BrokenPipe;
                    return;
                }

                written += (int)Math.Max(count, 0);
                HasWritten = true;
            }
        }
    }
}
