namespace LamBoot.Fleet.Text;

/// <summary>Selects the table columns that fit: the most important ones stay, and the last one always gets some room.</summary>
public static class TableColumns
{
    /// <summary>The rank of a column that always stays.</summary>
    public const int Always = 0;

    private const int LongestName = 24;
    private const int LeastName = 12;
    private const int Gap = 2;

    /// <summary>The headers and rows of the columns that fit.</summary>
    /// <param name="columns">The columns, in the order of the table.</param>
    /// <param name="last">The last column, which is cut to the line.</param>
    /// <param name="lastRoom">The minimum width of the last column, in characters.</param>
    /// <param name="items">The row items.</param>
    /// <param name="width">The width of a line in characters; null for unlimited.</param>
    /// <typeparam name="T">The type of the row items.</typeparam>
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

    /// <summary>A name, escaped and cut to fit into a line.</summary>
    /// <param name="text">The name; null or empty if none.</param>
    /// <param name="width">The width of a line in characters; null for unlimited.</param>
    public static string Name(string? text, int? width)
    {
        string safe = string.IsNullOrEmpty(text) ? "-" : SafeText.Escape(text);
        return width is null ? safe : TextWidth.Cut(safe, Math.Clamp(width.Value / 5, LeastName, LongestName));
    }

    private static int Width(string header, string[] cells) => cells.Append(header).Select(TextWidth.Of).Max() + Gap;
}
