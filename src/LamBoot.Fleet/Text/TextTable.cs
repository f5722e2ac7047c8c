using System.Text;

namespace LamBoot.Fleet.Text;

/// <summary>A text table: each column is as wide as its widest cell, with two spaces between columns.</summary>
/// <param name="headers">The first row.</param>
public sealed class TextTable(params string[] headers)
{
    private const int LeastLastColumn = 10;

    private readonly List<string[]> _rows = [headers];

    /// <summary>Adds a row of already escaped cells.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>The lines of the table.</summary>
    /// <param name="width">The maximum width of a line, to which the last column is cut; null for unlimited.</param>
    /// <param name="paint">Colors a cell's padded text, given the row's cells, the column and the text; null for no colors.</param>
    public IEnumerable<string> Lines(int? width = null, Func<string[], int, string, string>? paint = null)
    {
        int[] widths = [.. headers.Select((_, column) => _rows.Max(row => TextWidth.Of(row[column])) + 2)];
        int before = widths[..^1].Sum();
        int last = width is { } limit ? Math.Max(limit - before, LeastLastColumn) : int.MaxValue;
        foreach (string[] row in _rows)
        {
            StringBuilder line = new();
            for (int column = 0; column < row.Length; column++)
            {
                bool isLast = column == row.Length - 1;
                string cell = isLast ? TextWidth.Cut(row[column], last) : TextWidth.Pad(row[column], widths[column]);
                line.Append(paint is null || row == headers ? cell : paint(row, column, cell));
            }

            yield return line.ToString().TrimEnd();
        }
    }
}
