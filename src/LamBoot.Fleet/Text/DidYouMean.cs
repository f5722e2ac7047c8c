namespace LamBoot.Fleet.Text;

/// <summary>Suggests the known word closest to an unknown one.</summary>
public static class DidYouMean
{
    private const int Longest = 100;
    private const int Shortest = 3;
    private const int ShortWord = 8;

    /// <summary><c>; did you mean 'x'?</c>, or nothing if no known word is close.</summary>
    /// <param name="word">The word; for a key, its full path, <c>hookscript.on_error</c>.</param>
    /// <param name="known">The known words.</param>
    public static string Suffix(string word, IReadOnlyList<string> known) =>
        Nearest(word, known) is { } meant ? $"; did you mean '{meant}'?" : "";

    /// <summary>An error for a word that is not in a fixed set: the one that was probably meant, or else the whole set.</summary>
    /// <param name="what">What is wrong with it: <c>unknown phase</c>.</param>
    /// <param name="word">The word.</param>
    /// <param name="known">The known words, at least two.</param>
    public static string Error(string what, string word, IReadOnlyList<string> known) =>
        Nearest(word, known) is { } meant
            ? $"{what} '{word}'; did you mean '{meant}'?"
            : $"{what} '{word}': expected {string.Join(", ", known.SkipLast(1))} or {known[^1]}";

    /// <summary>The known word that was probably meant; null if none is close.</summary>
    public static string? Nearest(string word, IReadOnlyList<string> known)
    {
        if (word.Length > Longest)
        {
            return null;
        }

        (string nearest, int least) = ("", int.MaxValue);
        string? elsewhere = null; // the right key in another table is as close as a typo
        List<string> longer = []; // 'crit' is 'critical', if no other known word starts with it
        foreach (string candidate in known.Where(candidate => !IsOpposite(word, candidate)))
        {
            int distance = Distance(word, candidate);
            (nearest, least) = distance < least ? (candidate, distance) : (nearest, least);
            bool isElsewhere = candidate.EndsWith("." + LastPart(word), StringComparison.Ordinal);
            elsewhere ??= isElsewhere ? candidate : null;
            if (word.Length >= Shortest && candidate.StartsWith(word, StringComparison.Ordinal))
            {
                longer.Add(candidate);
            }
        }

        // A short word with two wrong letters is more likely another word: 'restart' is not 'restore'.
        int most = nearest.Length < ShortWord ? 1 : Math.Max(2, nearest.Length / 4);
        bool isNear = least <= most && 2 * least <= word.Length;
        return elsewhere
            ?? (
                longer is [string only] ? only
                : isNear ? nearest
                : null
            );
    }

    /// <summary>Whether a word means the opposite of a known one: <c>unattach</c>, <c>--no-start</c>.</summary>
    private static bool IsOpposite(string word, string candidate)
    {
        (word, candidate) = (word.TrimStart('-'), candidate.TrimStart('-'));
        return word.EndsWith(candidate, StringComparison.Ordinal)
            && word[..^candidate.Length] is "un" or "no" or "no-" or "de" or "dis";
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
