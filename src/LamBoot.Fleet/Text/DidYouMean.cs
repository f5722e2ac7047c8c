namespace LamBoot.Fleet.Text;

/// <summary>Suggests the known word closest to an unknown one.</summary>
public static class DidYouMean
{
    private const int Longest = 100;

    /// <summary><c>; did you mean 'x'?</c>, or nothing if no known word is close.</summary>
    /// <param name="word">The word; for a key, its full path, <c>hookscript.on_error</c>.</param>
    /// <param name="known">The known words.</param>
    public static string Suffix(string word, IReadOnlyList<string> known)
    {
        if (word.Length > Longest)
        {
            return "";
        }

        (string nearest, int least) = ("", int.MaxValue);
        string? elsewhere = null; // the right key in another table is as close as a typo
        foreach (string candidate in known)
        {
            int distance = Distance(word, candidate);
            (nearest, least) = distance < least ? (candidate, distance) : (nearest, least);
            bool isElsewhere = candidate.EndsWith("." + LastPart(word), StringComparison.Ordinal);
            elsewhere ??= isElsewhere ? candidate : null;
        }

        string? meant =
            elsewhere ?? (least <= Math.Max(2, nearest.Length / 4) && 2 * least <= word.Length ? nearest : null);
        return meant is null ? "" : $"; did you mean '{meant}'?";
    }

    private static string LastPart(string word) => word[(word.LastIndexOf('.') + 1)..];

    /// <summary>The number of letters to insert, delete, replace or swap with their neighbor.</summary>
    private static int Distance(string a, string b)
    {
        int[,] distance = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                distance[i, j] =
                    i == 0 || j == 0
                        ? i + j
                        : Math.Min(
                            Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1,
                            distance[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                        );
                bool isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                distance[i, j] = isSwap ? Math.Min(distance[i, j], distance[i - 2, j - 2] + 1) : distance[i, j];
            }
        }

        return distance[a.Length, b.Length];
    }
}
