using System.Text;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux;

/// <summary>A connection to a Unix domain socket, with a time limit on every wait.</summary>
public sealed unsafe class UnixSocket : IDisposable
{
    internal const int Unix = 1; // AF_UNIX
    internal const int CloseOnExec = 0x80000; // SOCK_CLOEXEC
    internal const int SocketLevel = 1; // SOL_SOCKET
    internal const int ReceiveTimeout = 20; // SO_RCVTIMEO
    internal const int SendTimeout = 21; // SO_SNDTIMEO, also for connect(2)
    internal const int NoSignal = 0x4000; // MSG_NOSIGNAL
    internal const int Stream = 1; // SOCK_STREAM
    internal const int Datagram = 2; // SOCK_DGRAM
    internal const int MaximumPath = 108;

    private readonly int _number;

    private UnixSocket(int number) => _number = number;

    /// <summary>Connects to a stream socket.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="timeout">The limit for every wait, in milliseconds.</param>
    /// <returns>The connection, or null if nobody is listening.</returns>
    public static UnixSocket? Connect(string path, int timeout) => Connect(path, Stream, timeout);

    /// <summary>Sends one datagram; a path that begins with <c>@</c> is in the abstract namespace (unix(7)).</summary>
    /// <returns>Whether it was sent.</returns>
    public static bool SendDatagram(string path, ReadOnlySpan<byte> bytes, int timeout)
    {
        using UnixSocket? socket = Connect(path, Datagram, timeout);
        return socket?.Send(bytes) == true;
    }

    /// <summary>Sends all bytes.</summary>
    /// <returns>Whether they were sent in time.</returns>
    public bool Send(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return SocketCalls.Send(_number, start, bytes.Length, NoSignal) == bytes.Length;
        }
    }

    /// <summary>Sends all bytes along with a descriptor, of which the receiver gets a copy.</summary>
    /// <returns>Whether they were sent in time.</returns>
    public bool Send(ReadOnlySpan<byte> bytes, Descriptor descriptor)
    {
        const int Rights = 1; // SCM_RIGHTS
        fixed (byte* start = bytes)
        {
            SocketCalls.Piece piece = new() { Start = start, Length = bytes.Length };
            SocketCalls.DescriptorMessage control = new()
            {
                Length = 2 * sizeof(nint) + sizeof(int),
                Level = SocketLevel,
                Type = Rights,
                Descriptor = descriptor.Number,
            };
            SocketCalls.MessageHeader message = new()
            {
                Pieces = &piece,
                PieceCount = 1,
                Control = &control,
                ControlLength = sizeof(SocketCalls.DescriptorMessage),
            };
            return SocketCalls.SendMessage(_number, &message, NoSignal) == bytes.Length;
        }
    }

    /// <summary>Receives what is available, or waits for it.</summary>
    /// <returns>The number of bytes; 0 or less if nothing was received.</returns>
    public int Receive(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return (int)SocketCalls.Receive(_number, start, buffer.Length, 0);
        }
    }

    /// <summary>Receives what is available, or waits for it, with a separate time limit.</summary>
    /// <inheritdoc cref="Receive(Span{byte})"/>
    public int Receive(Span<byte> buffer, int timeout) =>
        SetTimeout(_number, ReceiveTimeout, timeout) ? Receive(buffer) : 0;

    /// <inheritdoc/>
    public void Dispose() => _ = FileCalls.Close(_number);

    private static UnixSocket? Connect(string path, int type, int timeout)
    {
        byte[] name = Encoding.UTF8.GetBytes(path);
        if (name.Length is 0 or >= MaximumPath)
        {
            return null;
        }

        if (name[0] == '@')
        {
            name[0] = 0;
        }

        int number = SocketCalls.Socket(Unix, type | CloseOnExec, 0);
        if (number < 0)
        {
            return null;
        }

        UnixSocket socket = new(number);
        byte* address = stackalloc byte[2 + MaximumPath];
        new Span<byte>(address, 2 + MaximumPath).Clear();
        *(ushort*)address = Unix;
        name.CopyTo(new Span<byte>(address + 2, MaximumPath));
        bool isReady =
            SetTimeout(number, ReceiveTimeout, timeout)
            && SetTimeout(number, SendTimeout, timeout)
            && SocketCalls.Connect(number, address, name[0] == 0 ? 2 + name.Length : 3 + name.Length) == 0;
        if (isReady)
        {
            return socket;
        }

        socket.Dispose();
        return null;
    }

    private static bool SetTimeout(int number, int which, int milliseconds)
    {
        long* time = stackalloc long[2] { milliseconds / 1000, milliseconds % 1000 * 1000L };
        return SocketCalls.SetSocketOption(number, SocketLevel, which, time, 2 * sizeof(long)) == 0;
    }
}
