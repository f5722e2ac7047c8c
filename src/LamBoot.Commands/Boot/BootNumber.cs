using System.Globalization;

namespace LamBoot.Commands.Boot;

/// <summary>The number of a boot entry as in its variable's name: four hexadecimal digits.</summary>
internal static class BootNumber
{
    private const int Digits = 4;

    /// <summary>The number as text: <c>000A</c>.</summary>
    public static string Text(ushort number) => number.ToString("X4", CultureInfo.InvariantCulture);

    /// <summary>Parses a number: <c>0003</c>, <c>3</c> as efibootmgr accepts it, or <c>Boot0003</c>; null if it is invalid.</summary>
    public static ushort? Parse(string text)
    {
        ReadOnlySpan<char> digits = text.AsSpan();
        digits = digits.StartsWith("Boot", StringComparison.Ordinal) ? digits["Boot".Length..] : digits;
        return
            digits.Length <= Digits
            && ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort number)
            ? number
            : null;
    }

    /// <summary>Parses comma-separated numbers; null if one is invalid or occurs twice.</summary>
    public static IReadOnlyList<ushort>? List(string text)
    {
        List<ushort> numbers = [];
        foreach (string word in text.Split(','))
        {
            if (Parse(word) is not { } number || numbers.Contains(number))
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers;
    }
}
