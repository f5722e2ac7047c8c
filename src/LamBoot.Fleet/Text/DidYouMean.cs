namespace LamBoot.Fleet.Text;

/// <summary>The nearest known word to one that is not known.</summary>
public static class DidYouMean
{
    private const int Longest = 100;

    /// <summary><c>; did you mean 'x'?</c>, or nothing where no known word is near.</summary>
    /// <param name="word">The word; a key by its whole path, <c>hookscript.on_error</c>.</param>
    /// <param name="known">The known ones.</param>
    public static string Suffix(string word, IReadOnlyList<string> known)
    {
        if (word.Length > Longest)
        {
            return "";
        }

        (string nearest, int least) = ("", int.MaxValue);
        string? elsewhere = null; // a right key in another table is as near as a slip of the fingers
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

    /// <summary>How many letters are to be inserted, left out, exchanged or swapped with their neighbour.</summary>
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
