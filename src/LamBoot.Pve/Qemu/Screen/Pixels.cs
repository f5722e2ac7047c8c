using System.Buffers.Text;

namespace LamBoot.Pve.Qemu.Screen;

/// <summary>An image with three bytes per pixel: red, green, blue.</summary>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
/// <param name="Bytes">The pixels, row by row.</param>
public sealed record Pixels(int Width, int Height, byte[] Bytes)
{
    private const int PerPixel = 3;
    private const int LongestSide = 16384;

    /// <summary>Parses an image as written by QEMU (ui/console.c, ppm_save); null if it is not one, or is incomplete.</summary>
    public static Pixels? ParsePpm(ReadOnlySpan<byte> file)
    {
        bool isPpm =
            TakePrefix(ref file, "P6\n"u8)
            & TakeNumber(ref file, out int width)
            & TakePrefix(ref file, " "u8)
            & TakeNumber(ref file, out int height)
            & TakePrefix(ref file, "\n255\n"u8);
        return isPpm && file.Length == (long)PerPixel * width * height ? new(width, height, file.ToArray()) : null;
    }

    /// <summary>Scales the image down: each pixel is the mean of a square.</summary>
    /// <param name="by">The side of the square.</param>
    public Pixels Shrink(int by)
    {
        int width = Math.Max(Width / by, 1);
        int height = Math.Max(Height / by, 1);
        byte[] bytes = new byte[PerPixel * width * height];
        for (int at = 0; at < bytes.Length; at++)
        {
            int pixel = at / PerPixel;
            bytes[at] = Mean(pixel % width * by, pixel / width * by, at % PerPixel, by);
        }

        return new(width, height, bytes);
    }

    private byte Mean(int x, int y, int colour, int by)
    {
        int right = Math.Min(x + by, Width);
        int bottom = Math.Min(y + by, Height);
        int sum = 0;
        for (int line = y; line < bottom; line++)
        {
            for (int column = x; column < right; column++)
            {
                sum += Bytes[(PerPixel * ((line * Width) + column)) + colour];
            }
        }

        return (byte)(sum / ((right - x) * (bottom - y)));
    }

    private static bool TakePrefix(ref ReadOnlySpan<byte> file, ReadOnlySpan<byte> prefix)
    {
        bool isThere = file.StartsWith(prefix);
        file = isThere ? file[prefix.Length..] : [];
        return isThere;
    }

    private static bool TakeNumber(ref ReadOnlySpan<byte> file, out int number)
    {
        bool isNumber = Utf8Parser.TryParse(file, out number, out int length) && number is > 0 and <= LongestSide;
        file = isNumber ? file[length..] : [];
        return isNumber;
    }
}
