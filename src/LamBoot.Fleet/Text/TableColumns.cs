namespace LamBoot.Fleet.Text;

/// <summary>Which columns of a table there is room for: what matters most stays, the last always with some room.</summary>
public static class TableColumns
{
    /// <summary>The rank of a column that stays.</summary>
    public const int Always = 0;

    private const int LongestName = 24;
    private const int LeastName = 12;
    private const int Gap = 2;

    /// <summary>The headers and the rows of what there is room for.</summary>
    /// <param name="columns">The columns, in the order of the table.</param>
    /// <param name="last">The last one, which is cut to the line.</param>
    /// <param name="lastRoom">How many characters the last one has at least.</param>
    /// <param name="items">What the rows are of.</param>
    /// <param name="width">The width of a line in characters; null for no bound.</param>
    /// <typeparam name="T">What a row is of.</typeparam>
    public static (string[] Headers, IEnumerable<string[]> Rows) Fit<T>(
        IEnumerable<TableColumn<T>> columns,
        TableColumn<T> last,
        int lastRoom,
        IReadOnlyList<T> items,
        int? width
    )
    {
        List<(TableColumn<T> Column, string[] Cells)> kept =
        [
            .. columns.Select(column => (column, (string[])[.. items.Select(column.Cell)])),
        ];
        while (width is { } limit && kept.Sum(each => Width(each.Column.Header, each.Cells)) + lastRoom > limit)
        {
            (TableColumn<T> Column, string[] Cells) least = kept.MaxBy(each => each.Column.Rank);
            if (least.Column.Rank == Always)
            {
                break;
            }

            kept.Remove(least);
        }

        return (
            [.. kept.Select(each => each.Column.Header), last.Header],
            items.Select((item, row) => (string[])[.. kept.Select(each => each.Cells[row]), last.Cell(item)])
        );
    }

    /// <summary>A name, escaped, and cut to what a line has room for.</summary>
    /// <param name="text">The name; null or empty for none.</param>
    /// <param name="width">The width of a line in characters; null for no bound.</param>
    public static string Name(string? text, int? width)
    {
        string safe = string.IsNullOrEmpty(text) ? "-" : SafeText.Escape(text);
        return width is null ? safe : TextWidth.Cut(safe, Math.Clamp(width.Value / 5, LeastName, LongestName));
    }

    private static int Width(string header, string[] cells) => cells.Append(header).Select(TextWidth.Of).Max() + Gap;
}
