using System.Runtime.InteropServices;
using LamBoot.Linux.Libc;
using LamBoot.Linux.Terminal;

namespace LamBoot.Linux.Files;

/// <summary>
/// An output named by the user. A regular file is replaced atomically, or created. Devices, pipes and <c>-</c> (standard output) are
/// written to: replacing /dev/null would turn it into a file. A link to a file is rejected: if root followed it, whoever can write to its
/// folder could choose what gets overwritten.
/// </summary>
public static unsafe class OutputFile
{
    /// <summary>The name of standard output.</summary>
    public const string StandardOutput = "-";

    // For a pipe whose reader does not read.
    private const int PatienceMilliseconds = 10_000;

    /// <summary>Writes an output.</summary>
    /// <param name="path">The path given by the user.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="mode">The permissions of a regular file.</param>
    /// <param name="temporary">The name pattern of the temporary file that replaces it.</param>
    /// <exception cref="HostException">It cannot be written; a file is unchanged.</exception>
    public static void Write(string path, byte[] content, int mode, TemporaryFiles temporary)
    {
        if (path == StandardOutput)
        {
            WriteStandardOutput(content);
        }
        else if (IsReplaced(path))
        {
            AtomicFile.Replace(Path.GetFullPath(path), content, mode, temporary);
        }
        else
        {
            WriteStream(path, content);
        }
    }

    /// <summary>Whether an output is a file to be replaced or created; otherwise it is written to.</summary>
    /// <exception cref="HostException">It is neither, or cannot be examined.</exception>
    public static bool IsReplaced(string path)
    {
        if (path == StandardOutput)
        {
            return false;
        }

        FileStatus named = FileStatus.OfPathOrMissing(path);
        if (named.IsMissing || named.IsRegular)
        {
            return true;
        }

        FileStatus target = FileStatus.OfTargetOrMissing(path);
        return named.IsFolder ? throw new HostException($"{path} is a directory: name a file in it")
            : target.IsMissing || target.IsRegular || target.IsFolder
                ? throw new HostException($"{path} is a symbolic link, which is not followed: name the file itself")
            : target.IsBlockDevice ? throw new HostException($"{path} is a disk, which is never overwritten")
            : false;
    }

    private static void WriteStandardOutput(byte[] content)
    {
        StandardIo.Output.Write(content);
        if (StandardIo.Output.HasFailed)
        {
            throw new HostException("cannot write to standard output: it is closed or full");
        }
    }

    private static void WriteStream(string path, byte[] content)
    {
        const OpenFlags Flags =
            OpenFlags.WriteOnly | OpenFlags.NonBlocking | OpenFlags.CloseOnExec | OpenFlags.NoControllingTerminal;
        using Descriptor stream = Descriptor.Open(path, Flags);
        long end = Environment.TickCount64 + PatienceMilliseconds;
        fixed (byte* start = content)
        {
            for (int written = 0; written < content.Length; )
            {
                nint count = FileCalls.Write(stream.Number, start + written, content.Length - written);
                int error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (error is not (0 or ErrorNumber.Interrupted or ErrorNumber.WouldBlock))
                {
                    throw HostException.FromErrno($"cannot write {path}", error);
                }

                written += (int)Math.Max(count, 0);
                if (error == ErrorNumber.WouldBlock && !IsWritable(stream, end - Environment.TickCount64))
                {
                    throw new HostException(
                        HostErrorKind.Timeout,
                        $"cannot write {path}: nothing has read from it for 10 s"
                    );
                }
            }
        }
    }

    private static bool IsWritable(Descriptor stream, long milliseconds)
    {
        ProcessCalls.PollFd watched = new() { Fd = stream.Number, Events = ProcessCalls.PollOut };
        return milliseconds > 0 && ProcessCalls.Poll(&watched, 1, (int)milliseconds) != 0;
    }
}
